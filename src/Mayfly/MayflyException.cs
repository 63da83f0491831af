using Mayfly.Diagnostics;

namespace Mayfly;

/// <summary>
/// An error with a stable code. The message says what failed, with which value, the likely cause and the remedy, and
/// the end of the guest's console where a guest died. What a guest has said in it is safe to print (<see cref="GuestText"/>).
/// </summary>
public class MayflyException : Exception
{
    /// <summary>Creates the error; the code leads the message.</summary>
    public MayflyException(string code, string message, Exception? innerException = null)
        : base(GuestText.NeutraliseLines($"{code}: {message}"), innerException)
    {
        Code = code;
    }

    /// <summary>The stable code, such as <c>MAY2001</c>. The table is in src/README.md.</summary>
    public string Code { get; }

    /// <summary>
    /// Whether the host, and not the request, is why: it has no hypervisor that works, no working KVM or no such
    /// transport where that was insisted on, no agent, or no kernel package and no way to get one. A test runner may skip on it.
    /// </summary>
    public bool IsHostUnable => ErrorCode.IsHostUnable(Code);
}
