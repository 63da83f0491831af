using System.Text;
using Mayfly.Cli.Terminal;

namespace Mayfly.Cli.Output;

/// <summary>What Mayfly itself has to say: on standard error, led by its name.</summary>
internal static class Messages
{
    /// <summary>Says why something failed, or what is worth knowing. A closed standard error is no reason to fail.</summary>
    public static void Say(string message) => DescriptorStream.StandardError.TryWrite(Encoding.UTF8.GetBytes(Format(message)));

    /// <summary>The message as it is written.</summary>
    public static string Format(string message) => PlainText.Indent($"mayfly: {message}", "  ");
}
