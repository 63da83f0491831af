using System.Collections.Concurrent;
using System.Reflection;
using Mayfly.Xunit.Guests;
using Xunit;

namespace Mayfly.Xunit.Execution;

/// <summary>Finds classes and collections that have no test on the host.</summary>
internal static class GuestOnly
{
    private static readonly ConcurrentDictionary<Type, bool> _classes = new();
    private static readonly ConcurrentDictionary<Type, bool> _collections = new();

    /// <summary>Whether all tests of a class run in guests.</summary>
    public static bool IsClass(Type type) => _classes.GetOrAdd(type, static type => FactsOf(type).All(fact => fact is IGuestTestOptions));

    /// <summary>Whether all tests of a collection run in guests.</summary>
    /// <param name="definition">The class that defines it.</param>
    public static bool IsCollection(Type definition) => _collections.GetOrAdd(definition, static definition =>
        definition.Assembly.GetTypes().Where(type => IsIn(type, definition)).All(type => !FactsOf(type).Any() || IsClass(type)));

    private static IEnumerable<FactAttribute> FactsOf(Type type) =>
        type.GetRuntimeMethods().SelectMany(method => method.GetCustomAttributes<FactAttribute>());

    private static bool IsIn(Type type, Type definition)
    {
        for (var each = type; each is not null; each = each.BaseType)
        {
            if (each.GetCustomAttributesData().FirstOrDefault(data => data.AttributeType == typeof(CollectionAttribute)) is { } attribute)
            {
                return Equals(attribute.ConstructorArguments[0].Value, NameOf(definition));
            }
        }

        return false;
    }

    private static object? NameOf(Type definition) =>
        definition.GetCustomAttributesData().FirstOrDefault(data => data.AttributeType == typeof(CollectionDefinitionAttribute))?.ConstructorArguments is [var name, ..] ? name.Value : null;
}
