using Stateside.Engine.Tasks;
using Stateside.Language.Json;

namespace Stateside.Engine.Tests.Tasks;

public sealed class ApiTimeTests
{
    [Theory]
    [InlineData("2026-01-31T09:30:00Z", "2026-01-31T09:30:00Z")]
    [InlineData("2026-01-31T10:30:00.25+01:00", "2026-01-31T09:30:00.250Z")]
    [InlineData("2026-01-31T09:30:00", "2026-01-31T09:30:00Z")]
    [InlineData("2026-01-31", "2026-01-31T00:00:00Z")]
    [InlineData("Sat, 31 Jan 2026 09:30:00 GMT", "2026-01-31T09:30:00Z")]
    [InlineData("12:30", null)]
    [InlineData("31.1.2026", null)]
    [InlineData("March", null)]
    public void A_time_is_read_in_the_forms_that_services_write(string text, string? time) =>
        Assert.Equal(time, ApiTime.Read(text) is { } read ? ((JsonString)ApiTime.Of(read)).Value : null);
}
