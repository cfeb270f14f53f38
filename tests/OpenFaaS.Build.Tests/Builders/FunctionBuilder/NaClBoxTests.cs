using System.Security.Cryptography;
using NaCl;
using OpenFaaS.Build.Builders.FunctionBuilder.Sealing;

namespace OpenFaaS.Build.Tests.Builders.FunctionBuilder;

[TestClass]
public sealed class NaClBoxTests
{
    // The example of D. J. Bernstein, "Cryptography in NaCl" (2009).
    private const string AlicePrivate = "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a";
    private const string AlicePublic = "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a";
    private const string BobPublic = "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f";
    private const string Nonce = "69696ee955b62b73cd62bda875fc73d68219e0036b7a0b37";
    private const string Message =
        "be075fc53c81f2d5cf141316ebeb0c7b5228c52a4c62cbd44b66849b64244ffce5ecbaaf33bd751a1ac728d45e6c61296cdc3c01233561f41db66cce314adb31"
        + "0e3be8250c46f06dceea3a7fa1348057e2f6556ad6b1318a024a838f21af1fde048977eb48f59ffd4924ca1c60902e52f0a089bc76897040e082f93776384864"
        + "5e0705";

    private const string Box =
        "f3ffc7703f9400e52a7dfb4b3d3305d98e993b9f48681273c29650ba32fc76ce48332ea7164d96a4476fb8c531a1186ac0dfc17c98dce87b4da7f011ec48c972"
        + "71d2c20f9b928fe2270d6fb863d51738b48eeee314a7cc8ab932164548e526ae90224368517acfeabd6bb3732bc0e9da99832b61ca01b6de56244a9e88d5f9b3"
        + "7973f622a43d14a6599b1f654cb45a74e355a5";

    [TestMethod]
    public void Seal_ExampleOfThePaper_GivesItsBox()
    {
        var box = NaClBox.Seal(Convert.FromHexString(Message), Convert.FromHexString(Nonce), Convert.FromHexString(BobPublic), Convert.FromHexString(AlicePrivate));

        Assert.AreEqual(Box, Convert.ToHexStringLower(box));
    }

    [TestMethod]
    public void PublicKeyOf_ExampleOfThePaper_IsItsKey() =>
        Assert.AreEqual(AlicePublic, Convert.ToHexStringLower(NaClBox.PublicKeyOf(Convert.FromHexString(AlicePrivate))));

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(31)]
    [DataRow(32)]
    [DataRow(33)]
    [DataRow(64)]
    [DataRow(100_001)]
    public void Seal_AnyLength_IsOpenedByAnotherImplementation(int length)
    {
        var (message, nonce, sender) = (RandomNumberGenerator.GetBytes(length), RandomNumberGenerator.GetBytes(NaClBox.NonceLength), RandomNumberGenerator.GetBytes(NaClBox.KeyLength));
        Curve25519XSalsa20Poly1305.KeyPair(out var privateKey, out var publicKey);

        var box = NaClBox.Seal(message, nonce, publicKey, sender);

        var opened = new byte[length];
        using var other = new Curve25519XSalsa20Poly1305(privateKey, NaClBox.PublicKeyOf(sender));
        Assert.IsTrue(other.TryDecrypt(opened, box, nonce));
        CollectionAssert.AreEqual(message, opened);
    }

    [TestMethod]
    public void Seal_KeyOfLowOrder_IsRefused() =>
        Assert.ThrowsExactly<CryptographicException>(() => NaClBox.Seal([1], new byte[NaClBox.NonceLength], new byte[NaClBox.KeyLength], RandomNumberGenerator.GetBytes(NaClBox.KeyLength)));
}
