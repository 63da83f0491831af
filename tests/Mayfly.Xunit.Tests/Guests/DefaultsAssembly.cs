using System.Reflection;

namespace Mayfly.Xunit.Tests.Guests;

/// <summary>A test assembly with defaults of its own.</summary>
internal sealed class DefaultsAssembly(GuestDefaultsAttribute? defaults) : Assembly
{
    public const string Folder = "/tests/bin";

    public override string Location => Folder + "/Some.Tests.dll";

    public override object[] GetCustomAttributes(Type attributeType, bool inherit) =>
        defaults is not null && attributeType.IsInstanceOfType(defaults) ? (GuestDefaultsAttribute[])[defaults] : (object[])Array.CreateInstance(attributeType, 0);
}
