namespace Mayfly.Tests.Ssh;

/// <summary>Whose server.</summary>
public enum SshServerKind
{
    OpenSsh,
    Dropbear,
}
