using System.IO.Compression;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Stateside.Language.Graph;

namespace Stateside.Service.Console.Pages;

/// <summary>
/// Scripts, styles and the icon, which are part of the program. All stand under one folder whose name tells what is in them: so
/// browsers keep them for good, and modules find each other by their plain names.
/// </summary>
internal sealed class Assets
{
    private const string Prefix = "console/";

    private readonly Dictionary<string, Asset> _files;
    private readonly string _folder;

    public Assets()
    {
        var assembly = Assembly.GetExecutingAssembly();
        _files = assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .ToDictionary(name => name[Prefix.Length..], name => Of(name, Read(assembly, name)), StringComparer.Ordinal);
        _files["graph.css"] = Of("graph.css", Encoding.UTF8.GetBytes(GraphStyle.Css));
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in _files.OrderBy(file => file.Key, StringComparer.Ordinal))
            hash.AppendData(file.Value.Bytes);
        Version = Convert.ToHexStringLower(hash.GetHashAndReset())[..12];
        _folder = $"/console/assets/{Version}/";
    }

    /// <summary>What tells these assets from those of another build.</summary>
    public string Version { get; }

    /// <summary>Where a file is.</summary>
    public string Link(string name) => _folder + name;

    /// <summary>Sends a file.</summary>
    /// <returns>Whether there is such a file.</returns>
    public async Task<bool> SendAsync(HttpContext http, string version, string name)
    {
        if (!_files.TryGetValue(name, out var file))
            return false;
        var response = http.Response;
        response.Headers.CacheControl = version == Version ? "public, max-age=31536000, immutable" : "no-cache";
        response.Headers.ETag = $"\"{Version}\"";
        response.Headers.Vary = "Accept-Encoding";
        if (http.Request.Headers.IfNoneMatch.ToString().Contains(Version, StringComparison.Ordinal))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return true;
        }

        var bytes = file.Bytes;
        var accepted = http.Request.Headers.AcceptEncoding.ToString();
        if (accepted.Contains("br", StringComparison.Ordinal))
        {
            response.Headers.ContentEncoding = "br";
            bytes = file.Brotli.Value;
        }
        else if (accepted.Contains("gzip", StringComparison.Ordinal))
        {
            response.Headers.ContentEncoding = "gzip";
            bytes = file.Gzip.Value;
        }

        response.ContentType = file.Type;
        response.ContentLength = bytes.Length;
        await response.BodyWriter.WriteAsync(bytes, http.RequestAborted);
        return true;
    }

    private static byte[] Read(Assembly assembly, string name)
    {
        using var stream = assembly.GetManifestResourceStream(name)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static Asset Of(string name, byte[] bytes) => new(
        bytes,
        Path.GetExtension(name) switch
        {
            ".css" => "text/css; charset=utf-8",
            ".js" => "text/javascript; charset=utf-8",
            ".svg" => "image/svg+xml",
            _ => "application/octet-stream",
        },
        new Lazy<byte[]>(() => Packed(bytes, output => new BrotliStream(output, CompressionLevel.Optimal))),
        new Lazy<byte[]>(() => Packed(bytes, output => new GZipStream(output, CompressionLevel.Optimal))));

    private static byte[] Packed(byte[] bytes, Func<Stream, Stream> pack)
    {
        using var output = new MemoryStream();
        using (var packing = pack(output))
            packing.Write(bytes);
        return output.ToArray();
    }

    private sealed record Asset(byte[] Bytes, string Type, Lazy<byte[]> Brotli, Lazy<byte[]> Gzip);
}
