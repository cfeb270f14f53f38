using System.Text;
using NaCl;
using OpenFaaS.Build.Builders.FunctionBuilder;
using OpenFaaS.Build.Builders.FunctionBuilder.Sealing;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Tests.Model;
using OpenFaaS.Build.TestSupport;
using YamlDotNet.RepresentationModel;

namespace OpenFaaS.Build.Tests.Builders.FunctionBuilder;

[TestClass]
public sealed class SealedSecretsTests(TestContext context)
{
    private static readonly BuilderEndpoint Endpoint = new(new Uri("http://127.0.0.1:8081/"));

    [TestMethod]
    public void Write_Values_AreOpenedByAnotherImplementationAndNotInTheClear()
    {
        Curve25519XSalsa20Poly1305.KeyPair(out var privateKey, out var publicKey);
        var values = new Dictionary<string, byte[]>
        {
            ["token"] = Encoding.UTF8.GetBytes("the value"), ["123"] = [], ["with: colon \"and\" #"] = [0, 255, 10], ["null"] = new byte[1000],
        };

        var file = Encoding.UTF8.GetString(SealedSecrets.Write(values, new RecipientKey(publicKey)));

        Assert.DoesNotContain("the value", file);
        var yaml = Parse(file);
        Assert.AreEqual("v1", yaml["version"].ToString());
        Assert.AreEqual("nacl/box", yaml["algorithm"].ToString());
        Assert.AreEqual(Convert.ToBase64String(publicKey)[..8], yaml["key_id"].ToString());
        var sender = Convert.FromBase64String(yaml["public_key"].ToString());
        var secrets = ((YamlMappingNode)yaml["secrets"]).ToDictionary(pair => pair.Key.ToString(), pair => Convert.FromBase64String(pair.Value.ToString()));
        CollectionAssert.AreEquivalent(values.Keys.ToArray(), secrets.Keys.ToArray());
        using var box = new Curve25519XSalsa20Poly1305(privateKey, sender);
        foreach (var (name, value) in values)
        {
            var opened = new byte[value.Length];
            Assert.IsTrue(box.TryDecrypt(opened, secrets[name].AsSpan(24), secrets[name].AsSpan(0, 24)), name);
            CollectionAssert.AreEqual(value, opened, name);
        }
    }

    [TestMethod]
    public void Write_Twice_SharesNothing()
    {
        Curve25519XSalsa20Poly1305.KeyPair(out _, out var publicKey);
        var values = new Dictionary<string, byte[]> { ["a"] = [1], ["b"] = [1] };

        var (one, two) = (Parse(Encoding.UTF8.GetString(SealedSecrets.Write(values, new RecipientKey(publicKey)))), Parse(Encoding.UTF8.GetString(SealedSecrets.Write(values, new RecipientKey(publicKey)))));

        Assert.AreNotEqual(one["public_key"], two["public_key"]);
        Assert.AreNotEqual(one["secrets"]["a"], one["secrets"]["b"]);
    }

    [TestMethod]
    public void Write_KeyOfLowOrder_IsACodedError()
    {
        var failure = Assert.ThrowsExactly<DiagnosticException>(() => SealedSecrets.Write(new Dictionary<string, byte[]> { ["a"] = [1] }, new RecipientKey(new byte[32])));

        Assert.AreEqual("OFB2759", failure.Diagnostics.Single().Descriptor.Code);
    }

    [TestMethod]
    [DataRow("{0}")]
    [DataRow("  {0}\n")]
    [DataRow("{{\"key_id\":\"x\",\"algorithm\":\"nacl/box\",\"public_key\":\"{0}\"}}")]
    [DataRow("{{\"public_key\":\"{0}\"}}")]
    public async Task Read_KeyItselfOrItsFile_IsTheKey(string form)
    {
        var key = Enumerable.Range(1, 32).Select(i => (byte)i).ToArray();
        var text = string.Format(System.Globalization.CultureInfo.InvariantCulture, form, Convert.ToBase64String(key));
        var path = Path.Combine(context.Folder(), "builder.pub");
        await File.WriteAllTextAsync(path, text, context.CancellationToken);

        CollectionAssert.AreEqual(key, (await ReadAsync(text, null)).Bytes);
        CollectionAssert.AreEqual(key, (await ReadAsync(path, null)).Bytes);
        CollectionAssert.AreEqual(key, (await ReadAsync(null, path)).Bytes);
    }

    [TestMethod]
    public async Task Read_NoneIsPinned_IsACodedErrorThatSaysHow()
    {
        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => ReadAsync(null, null));

        Assert.AreEqual("OFB2758", failure.Diagnostics.Single().Descriptor.Code);
        Assert.Contains("curl -s URL/publickey", failure.Message);
    }

    [TestMethod]
    [DataRow("/nowhere/builder.pub", "there is no '/nowhere/builder.pub'")]
    [DataRow("{\"algorithm\":\"rsa\",\"public_key\":\"AQ==\"}", "another algorithm")]
    [DataRow("{\"public_key\":\"AQ==\"}", "32 bytes")]
    [DataRow("{\"public_key\":5}", "no public_key")]
    [DataRow("{", "no JSON")]
    public async Task Read_NoKey_IsACodedError(string text, string reason)
    {
        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => ReadAsync(text, null));

        Assert.AreEqual("OFB2759", failure.Diagnostics.Single().Descriptor.Code);
        Assert.Contains(reason, failure.Message);
    }

    private static YamlNode Parse(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return stream.Documents[0].RootNode;
    }

    private Task<RecipientKey> ReadAsync(string? property, string? variable)
    {
        var function = FunctionModelReader.Read(RequestBuilder.Create("any", ("FunctionTemplate", "dockerfile"), ("OpenFaaSBuilderPublicKey", property ?? "")), _ => null);
        return RecipientKey.ReadAsync(function, Endpoint, name => name == "OPENFAAS_BUILDER_PUBLIC_KEY" ? variable : null, context.CancellationToken);
    }
}
