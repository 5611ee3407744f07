using System.Security.Cryptography;
using System.Text;

namespace Shipping;

/// <summary>A handler of streams, which needs no serializer: it wraps what it gets with a checksum.</summary>
public static class Manifests
{
    public static async Task<Stream> SealAsync(Stream labels)
    {
        using var reader = new StreamReader(labels);
        var text = await reader.ReadToEndAsync();
        var checksum = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..12];
        return new MemoryStream(Encoding.UTF8.GetBytes($$"""{"checksum":"{{checksum}}","manifest":{{text}}}"""));
    }
}
