using System.Security.Cryptography;
using System.Text;

namespace Mayfly.Networks;

/// <summary>The address of a network card, such as <c>02:5e:10:00:00:01</c>.</summary>
internal readonly record struct MacAddress
{
    /// <summary>Locally administered, and of one card: no maker's, QEMU's included, begins so.</summary>
    private const string FirstByte = "02";

    private const int RandomBytes = 5;

    private readonly string _text;

    private MacAddress(string text) => _text = text;

    /// <summary>The address of a sandbox's card: forty bits that follow from its id.</summary>
    public static MacAddress Of(string sandboxId)
    {
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes(sandboxId));
        return new MacAddress(string.Join(':', digest.Take(RandomBytes).Select(part => part.ToString("x2", null)).Prepend(FirstByte)));
    }

    /// <inheritdoc/>
    public override string ToString() => _text;
}
