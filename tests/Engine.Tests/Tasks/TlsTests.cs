using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Stateside.Engine.Tasks;
using Stateside.Engine.Tasks.Services;
using Stateside.Engine.Tests.Functions;
using Stateside.Language.Json;
using Stateside.Language.Services;

namespace Stateside.Engine.Tests.Tasks;

/// <summary>An emulator over TLS, whose certificate no machine trusts by itself: AWS_CA_BUNDLE counts as it does for AWS's own tools.</summary>
[Collection(nameof(ProcessVariables))]
public sealed class TlsTests : IAsyncLifetime
{
    private const string Variable = "AWS_CA_BUNDLE";

    private readonly string _folder = Directory.CreateTempSubdirectory("stateside-tls-").FullName;
    private readonly string? _before = Environment.GetEnvironmentVariable(Variable);
    private readonly MotoServer _moto;

    public TlsTests()
    {
        using var issuerKey = ECDsa.Create();
        var issuer = new CertificateRequest("CN=Issuer", issuerKey, HashAlgorithmName.SHA256);
        issuer.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        var (from, to) = (new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2045, 1, 1, 0, 0, 0, TimeSpan.Zero));
        using var root = issuer.CreateSelfSigned(from, to);
        using var key = ECDsa.Create();
        var request = new CertificateRequest("CN=Emulator", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(root, from, to, [1]);
        File.WriteAllText(PathOf("root.pem"), root.ExportCertificatePem());
        File.WriteAllText(PathOf("own.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(PathOf("own.key"), key.ExportPkcs8PrivateKeyPem());
        _moto = new MotoServer(["-c", PathOf("own.pem"), "-k", PathOf("own.key")]);
    }

    public ValueTask InitializeAsync() => _moto.InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        Environment.SetEnvironmentVariable(Variable, _before);
        await _moto.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task What_the_bundle_names_is_trusted()
    {
        Environment.SetEnvironmentVariable(Variable, PathOf("root.pem"));

        Assert.IsType<ServiceResponse.Answered>(await ListAsync());
    }

    [Fact]
    public async Task Without_the_bundle_it_is_not()
    {
        Environment.SetEnvironmentVariable(Variable, null);

        Assert.Contains("SSL", Assert.IsType<ServiceResponse.Refused>(await ListAsync()).Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bundle_that_cannot_be_read_is_named()
    {
        Environment.SetEnvironmentVariable(Variable, PathOf("none.pem"));

        var error = Assert.IsType<ServiceResponse.Refused>(await ListAsync()).Error;
        Assert.Contains($"{Variable}={PathOf("none.pem")} cannot be read", error.Message, StringComparison.Ordinal);
    }

    private async Task<ServiceResponse> ListAsync()
    {
        using var router = new ServiceRouter(
            new ServiceEndpoints(_moto.Required(), false, AwsLocation.Default, _ => null), null, TimeProvider.System, "us-east-1", new ServiceHttp());
        return await router.SendAsync(new ServiceCall("sqs", "ListQueues", JsonObject.Empty, "r"), TestContext.Current.CancellationToken);
    }

    private string PathOf(string file) => Path.Combine(_folder, file);
}
