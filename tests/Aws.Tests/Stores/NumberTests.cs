using Stateside.Aws.DynamoDb.Values;
using Stateside.Aws.Services;

namespace Stateside.Aws.Tests.Stores;

public sealed class NumberTests
{
    [Theory]
    [InlineData("0", "0")]
    [InlineData("-0.000", "0")]
    [InlineData("1.50", "1.5")]
    [InlineData("007", "7")]
    [InlineData("+3", "3")]
    [InlineData(".5", "0.5")]
    [InlineData("1e3", "1000")]
    [InlineData("-1.25E-3", "-0.00125")]
    [InlineData("12345678901234567890123456789012345678", "12345678901234567890123456789012345678")]
    public void A_number_comes_back_as_it_was_meant(string written, string read) => Assert.Equal(read, DynamoNumber.Parse(written).ToString());

    [Theory]
    [InlineData("", "The parameter cannot be converted to a numeric value")]
    [InlineData("one", "The parameter cannot be converted to a numeric value: one")]
    [InlineData(".", "The parameter cannot be converted to a numeric value: .")]
    [InlineData("1 ", "The parameter cannot be converted to a numeric value: 1 ")]
    [InlineData("123456789012345678901234567890123456789", "Attempting to store more than 38 significant digits in a Number")]
    [InlineData("1e126", "Number overflow. Attempting to store a number with magnitude larger than supported range")]
    [InlineData("-1e99999999999999999999", "Number overflow. Attempting to store a number with magnitude larger than supported range")]
    [InlineData("1e-131", "Number underflow. Attempting to store a number with magnitude smaller than supported range")]
    public void What_is_no_number_that_fits_is_refused(string text, string message) =>
        Assert.Equal(message, Assert.Throws<StoreRefusal>(() => DynamoNumber.Parse(text)).Message);

    [Theory]
    [InlineData("9.99e125")]
    [InlineData("1e-130")]
    [InlineData("1000000000000000000000000000000000000000000000")]
    public void The_ends_of_the_range_fit(string text) => Assert.Equal(0, DynamoNumber.Parse(text).CompareTo(DynamoNumber.Parse(DynamoNumber.Parse(text).ToString())));

    [Theory]
    [InlineData("0.1", "0.2", "0.3", "-0.1")]
    [InlineData("1e20", "1", "100000000000000000001", "99999999999999999999")]
    [InlineData("5", "5", "10", "0")]
    public void Sums_and_differences_are_exact(string a, string b, string sum, string difference) => Assert.Equal(
        (sum, difference), ((DynamoNumber.Parse(a) + DynamoNumber.Parse(b)).ToString(), (DynamoNumber.Parse(a) - DynamoNumber.Parse(b)).ToString()));

    [Fact]
    public void A_sum_of_too_many_digits_is_refused() =>
        Assert.Throws<StoreRefusal>(() => DynamoNumber.Parse("1e40") + DynamoNumber.Parse("1"));

    [Fact]
    public void The_bytes_of_keys_compare_as_the_numbers_do()
    {
        string[] ordered = ["-9.9e125", "-100", "-99.5", "-99", "-10", "-2", "-1.01", "-1", "-0.5", "-1e-130", "0", "1e-130", "0.05", "0.5", "1", "1.01", "1.1", "2", "10", "99", "99.5", "100", "9.9e125"];

        for (var i = 0; i < ordered.Length - 1; i++)
        {
            var (low, high) = (DynamoNumber.Parse(ordered[i]), DynamoNumber.Parse(ordered[i + 1]));
            Assert.True(low.ToKey().AsSpan().SequenceCompareTo(high.ToKey()) < 0, $"{low} is not before {high}");
            Assert.True(low.CompareTo(high) < 0);
        }
    }
}
