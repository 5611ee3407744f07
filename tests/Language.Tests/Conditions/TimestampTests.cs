using System.Globalization;
using Stateside.Language.Evaluation;

namespace Stateside.Language.Tests.Conditions;

public sealed class TimestampTests
{
    [Theory]
    [InlineData("2016-08-18T17:33:00Z", "2016-08-18T17:33:00.0000000Z")]
    [InlineData("2016-08-18T17:33Z", "2016-08-18T17:33:00.0000000Z")]
    [InlineData("2016-08-18T17:33:00.5Z", "2016-08-18T17:33:00.5000000Z")]
    [InlineData("2016-08-18T17:33:00.123456789Z", "2016-08-18T17:33:00.1234567Z")]
    [InlineData("2016-08-18T17:33:00+02:00", "2016-08-18T15:33:00.0000000Z")]
    [InlineData("2016-08-18T17:33:00-09:30", "2016-08-19T03:03:00.0000000Z")]
    [InlineData("2016-02-29T00:00:00z", "2016-02-29T00:00:00.0000000Z")]
    public void A_timestamp_is_read_with_its_offset(string text, string utc)
    {
        Assert.True(Timestamp.TryParse(text, out var time));
        Assert.Equal(utc, time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("")]
    [InlineData("2016-08-18")]
    [InlineData("2016-08-18T17:33:00")]
    [InlineData("2016-08-18 17:33:00Z")]
    [InlineData("18-08-2016T17:33:00Z")]
    [InlineData("2016-13-18T17:33:00Z")]
    [InlineData("2015-02-29T17:33:00Z")]
    [InlineData("2016-08-18T25:33:00Z")]
    [InlineData("2016-08-18T17:60:00Z")]
    [InlineData("2016-08-18T17:33:00.Z")]
    [InlineData("2016-08-18T17:33:00+0200")]
    [InlineData("2016-08-18T17:33:00+19:00")]
    [InlineData("2016-08-18T17:33:00Z ")]
    [InlineData("0001-01-01T00:00:00+01:00")]
    [InlineData("2016-08-18T17:33:00.1234567890Z")]
    public void Anything_else_is_none(string text) => Assert.False(Timestamp.TryParse(text, out _));
}
