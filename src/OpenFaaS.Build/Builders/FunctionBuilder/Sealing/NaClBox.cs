using System.Buffers.Binary;
using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Macs;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Math.EC.Rfc7748;

namespace OpenFaaS.Build.Builders.FunctionBuilder.Sealing;

/// <summary>NaCl's <c>crypto_box</c>: Curve25519, XSalsa20, Poly1305.</summary>
internal static class NaClBox
{
    /// <summary>Bytes of a public or private key.</summary>
    public const int KeyLength = 32;

    /// <summary>Bytes of a nonce.</summary>
    public const int NonceLength = 24;

    /// <summary>Bytes that come before the encrypted message.</summary>
    public const int TagLength = 16;

    private const int BlockLength = 64;

    // The words of Salsa20's constant, "expand 32-byte k".
    private static readonly uint[] Constant = [0x61707865, 0x3320646E, 0x79622D32, 0x6B206574];

    /// <summary>The public key of a private one.</summary>
    public static byte[] PublicKeyOf(byte[] privateKey)
    {
        var publicKey = new byte[KeyLength];
        X25519.ScalarMultBase(privateKey, 0, publicKey, 0);
        return publicKey;
    }

    /// <summary>Encrypts and authenticates.</summary>
    /// <param name="message">What is sealed.</param>
    /// <param name="nonce">Never used before with these keys.</param>
    /// <param name="recipient">The recipient's public key.</param>
    /// <param name="sender">The sender's private key.</param>
    /// <returns>The tag and the encrypted message.</returns>
    /// <exception cref="CryptographicException">The public key is none that a secret could be agreed on with.</exception>
    public static byte[] Seal(byte[] message, byte[] nonce, byte[] recipient, byte[] sender)
    {
        var shared = new byte[KeyLength];
        var key = new byte[KeyLength];
        var first = new byte[KeyLength];
        try
        {
            if (!X25519.CalculateAgreement(sender, 0, recipient, 0, shared, 0))
            {
                throw new CryptographicException("The public key is of low order.");
            }

            Derive(shared, key);
            var cipher = new XSalsa20Engine();
            cipher.Init(true, new ParametersWithIV(new KeyParameter(key), nonce));

            // The first bytes of the stream are the key of the tag.
            cipher.ProcessBytes(new byte[KeyLength], 0, KeyLength, first, 0);
            var box = new byte[TagLength + message.Length];
            cipher.ProcessBytes(message, 0, message.Length, box, TagLength);
            var tag = new Poly1305();
            tag.Init(new KeyParameter(first));
            tag.BlockUpdate(box, TagLength, message.Length);
            tag.DoFinal(box, 0);
            return box;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(shared);
            CryptographicOperations.ZeroMemory(key);
            CryptographicOperations.ZeroMemory(first);
        }
    }

    // HSalsa20 of a zero input. It is Salsa20's block without the words that Salsa20 adds at its end; of those that count here, only the constant's are not zero.
    private static void Derive(byte[] shared, byte[] key)
    {
        var block = new byte[BlockLength];
        var salsa = new Salsa20Engine();
        salsa.Init(true, new ParametersWithIV(new KeyParameter(shared), new byte[8]));
        salsa.ProcessBytes(new byte[BlockLength], 0, BlockLength, block, 0);
        for (var i = 0; i < Constant.Length; i++)
        {
            var word = BinaryPrimitives.ReadUInt32LittleEndian(block.AsSpan(20 * i)) - Constant[i];
            BinaryPrimitives.WriteUInt32LittleEndian(key.AsSpan(4 * i), word);
        }

        block.AsSpan(24, 16).CopyTo(key.AsSpan(16));
        CryptographicOperations.ZeroMemory(block);
    }
}
