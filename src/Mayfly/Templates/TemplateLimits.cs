using System.Globalization;
using Mayfly.Diagnostics;

namespace Mayfly.Templates;

/// <summary>How much of the disk templates may take, and for how long one is kept that nobody uses.</summary>
/// <param name="Size">What all of them together may occupy, by the blocks that their files have.</param>
/// <param name="Age">Since the last use.</param>
internal sealed record TemplateLimits(ByteSize Size, TimeSpan Age)
{
    /// <summary>4 GiB and 30 days.</summary>
    public static TemplateLimits Default { get; } = new(ByteSize.GiB(4), TimeSpan.FromDays(30));

    /// <summary>Nothing is kept that is not in use.</summary>
    public static TemplateLimits None { get; } = new(default, TimeSpan.Zero);

    private const int MostDays = 36500;

    /// <summary>As <c>MAYFLY_TEMPLATES_SIZE</c> (such as <c>2G</c>) and <c>MAYFLY_TEMPLATES_DAYS</c> say.</summary>
    /// <exception cref="SandboxConfigurationException">One of them says something else (MAY1001).</exception>
    public static TemplateLimits FromEnvironment(Func<string, string?>? read = null)
    {
        read ??= Environment.GetEnvironmentVariable;
        var limits = Default;
        if (read("MAYFLY_TEMPLATES_SIZE") is { Length: > 0 } size)
        {
            limits = limits with
            {
                Size = ByteSize.TryParse(size, out var parsed) ? parsed : throw Misread("MAYFLY_TEMPLATES_SIZE", size, "a size such as 2G"),
            };
        }

        if (read("MAYFLY_TEMPLATES_DAYS") is { Length: > 0 } days)
        {
            limits = limits with
            {
                Age = int.TryParse(days, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) && parsed <= MostDays
                    ? TimeSpan.FromDays(parsed)
                    : throw Misread("MAYFLY_TEMPLATES_DAYS", days, $"a whole number of days, 0 to {MostDays}"),
            };
        }

        return limits;
    }

    private static SandboxConfigurationException Misread(string name, string value, string wanted) =>
        new(ErrorCode.InvalidOption, $"the environment variable {name} is '{value}', but must be {wanted}.");
}
