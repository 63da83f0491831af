using Mayfly.Xunit.Execution;
using Mayfly.Xunit.Tests.Cases;
using Mayfly.Xunit.Tests.Cases.Guests;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Mayfly.Xunit.Tests.Guests;

/// <summary>Guest tests are found without a machine, and travel between processes as xUnit's own do.</summary>
public sealed class GuestDiscoveryTests
{
    [Fact]
    public async Task ATestCaseComesBackAsItWas()
    {
        var cases = await CaseRun.ListAsync(typeof(GuestOrdinaryCases), typeof(GuestMixedCases), typeof(GuestSharedCases));

        Assert.NotEmpty(cases);
        Assert.All(cases, each =>
        {
            Assert.NotSame(each.Found, each.Received);
            Assert.Equal(
                (each.Found.UniqueID, each.Found.DisplayName, each.Found.SkipReason, each.Found.Timeout),
                (each.Received.UniqueID, each.Received.DisplayName, each.Received.SkipReason, each.Received.Timeout));
            Assert.Equal(each.Found.Traits, each.Received.Traits);
            Assert.Equal(each.Found.TestMethodArguments, each.Received.TestMethodArguments);
            Assert.Equal(each.Found.GetType(), each.Received.GetType());
            Assert.Equal(TypeOf(each.Found).GetType(), TypeOf(each.Received).GetType());
            Assert.Equal(each.Found.TestMethod.TestClass.TestCollection.UniqueID, each.Received.TestMethod.TestClass.TestCollection.UniqueID);
        });
    }

    [Fact]
    public async Task NamesTraitsAndRowsAreThoseOfXunit()
    {
        var cases = (await CaseRun.ListAsync(typeof(GuestOrdinaryCases))).Select(each => each.Found).ToList();

        Assert.Equal("guest", Assert.Single(Assert.Single(cases, each => each.TestMethod.Method.Name == nameof(GuestOrdinaryCases.Passes)).Traits["Place"]));
        Assert.Contains(cases, each => each.DisplayName == "a name of its own");
        var name = typeof(GuestOrdinaryCases).FullName;
        Assert.Contains(cases, each => each.DisplayName == $"{name}.Rows(number: 2)");
        Assert.Single(cases, each => each.DisplayName == $"{name}.OpaqueRows");
        Assert.Equal(cases.Count, cases.Select(each => each.UniqueID).Distinct().Count());
        Assert.Empty(GuestWitness.Made);
    }

    [Fact]
    public async Task XunitKeepsNoTimeOfItsOwn() =>
        Assert.All(await CaseRun.ListAsync(typeof(GuestDeadlineCases)), each => Assert.Equal((0, 0), (each.Found.Timeout, each.Received.Timeout)));

    [Fact]
    public async Task ClassesAndCollectionsOfNothingButGuestTestsHaveNoFixturesOnTheHost()
    {
        var seen = TypeOf((await CaseRun.ListAsync(typeof(GuestOrdinaryCases)))[0].Received);
        var collection = (await CaseRun.ListAsync(typeof(GuestOrdinaryCases)))[0].Received.TestMethod.TestClass.TestCollection.CollectionDefinition.ToRuntimeType();

        Assert.IsType<HostType>(seen);
        Assert.Equal(typeof(GuestOrdinaryCases).FullName, seen.FullName);
        Assert.Equal([typeof(GuestClassFixture)], FixturesOf(seen, typeof(IClassFixture<>)));
        Assert.Equal([typeof(GuestClassFixture)], Assert.Single(seen.GetConstructors()).GetParameters().Select(parameter => parameter.ParameterType));
        Assert.Empty(FixturesOf(collection, typeof(ICollectionFixture<>)));
        Assert.Contains(typeof(IAsyncLifetime), seen.GetInterfaces());
        Assert.NotEmpty(seen.GetCustomAttributesData());
    }

    [Fact]
    public async Task ClassesAndCollectionsWithATestOnTheHostKeepTheirs()
    {
        var testClass = (await CaseRun.ListAsync(typeof(GuestMixedCases)))[0].Received.TestMethod.TestClass;

        Assert.Same(typeof(GuestMixedCases), testClass.Class.ToRuntimeType());
        Assert.Same(typeof(GuestMixedCollection), testClass.TestCollection.CollectionDefinition.ToRuntimeType());
    }

    [Theory]
    [InlineData(typeof(GuestOrdinaryCases), true)]
    [InlineData(typeof(GuestSharedCases), true)]
    [InlineData(typeof(GuestMixedCases), false)]
    [InlineData(typeof(OrdinaryCases), false)]
    [InlineData(typeof(PlainCases), false)]
    public void AClassIsOfGuestTestsWhereAllOfItsTestsAre(Type type, bool isGuestOnly) => Assert.Equal(isGuestOnly, GuestOnly.IsClass(type));

    [Theory]
    [InlineData(typeof(GuestCollection), true)]
    [InlineData(typeof(GuestMixedCollection), false)]
    [InlineData(typeof(CollectionCases), false)]
    public void ACollectionIsOfGuestTestsWhereAllOfItsClassesAre(Type definition, bool isGuestOnly) => Assert.Equal(isGuestOnly, GuestOnly.IsCollection(definition));

    private static Type TypeOf(IXunitTestCase testCase) => ((IReflectionTypeInfo)testCase.TestMethod.TestClass.Class).Type;

    private static IEnumerable<Type> FixturesOf(Type type, Type kind) =>
        type.GetInterfaces().Where(each => each.IsGenericType && each.GetGenericTypeDefinition() == kind).Select(each => each.GenericTypeArguments[0]);
}
