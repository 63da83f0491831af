using System.Reflection;
using System.Text;

namespace Mayfly.Tests;

/// <summary>Everything of an assembly that its users can see, as text.</summary>
internal static class PublicSurface
{
    public static string Of(Assembly assembly)
    {
        var text = new StringBuilder();
        foreach (var type in assembly.GetExportedTypes().OrderBy(type => type.FullName, StringComparer.Ordinal))
        {
            text.Append(type).Append('\n');
            foreach (var line in MembersOf(type).Order(StringComparer.Ordinal))
            {
                text.Append("    ").Append(line).Append('\n');
            }
        }

        return text.ToString();
    }

    private static IEnumerable<string> MembersOf(Type type)
    {
        const BindingFlags declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        foreach (var member in type.GetMembers(declared))
        {
            // What the compiler writes for records says nothing of its own.
            var isVisible = member switch
            {
                MethodInfo method => (method.IsPublic || method.IsFamily) && !method.IsSpecialName && !method.IsDefined(typeof(System.Runtime.CompilerServices.CompilerGeneratedAttribute)),
                ConstructorInfo constructor => constructor.IsPublic || constructor.IsFamily,
                FieldInfo field => field.IsPublic && !field.IsSpecialName,
                PropertyInfo property => property.GetMethod is { IsPublic: true } or { IsFamily: true },
                _ => false,
            };
            if (isVisible)
            {
                yield return $"{member.MemberType} {member}";
            }
        }
    }
}
