using System.Reflection;
using Xunit;

namespace Mayfly.Xunit.Execution;

/// <summary>
/// A class of guest tests, or the definition of their collection, as xUnit's runners on the host see it: without the fixtures and
/// the constructor that belong into the guest.
/// </summary>
/// <param name="type">The real one.</param>
/// <param name="fixture">A fixture that it has on the host instead, taken by its only constructor; null for none.</param>
internal sealed class HostType(Type type, Type? fixture) : TypeDelegator(type)
{
    /// <inheritdoc/>
    public override Type[] GetInterfaces() =>
        [.. base.GetInterfaces().Where(each => !IsFixture(each)), .. fixture is null ? [] : (Type[])[typeof(IClassFixture<>).MakeGenericType(fixture)]];

    /// <inheritdoc/>
    public override ConstructorInfo[] GetConstructors(BindingFlags bindingAttr) =>
        fixture is null ? base.GetConstructors(bindingAttr) : typeof(HostTestClass).GetConstructors(bindingAttr);

    /// <inheritdoc/>
    public override IList<CustomAttributeData> GetCustomAttributesData() => typeImpl.GetCustomAttributesData();

    private static bool IsFixture(Type each) =>
        each.IsGenericType && each.GetGenericTypeDefinition() is var definition && (definition == typeof(IClassFixture<>) || definition == typeof(ICollectionFixture<>));
}
