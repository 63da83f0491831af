using Mayfly.Xunit.V3.Tests.Cases;
using Xunit.Sdk;

namespace Mayfly.Xunit.V3.Tests;

/// <summary>Tests in guests are found, named and filtered as any others, without a machine.</summary>
public sealed class GuestDiscoveryTests
{
    [Fact]
    public async Task NamesTraitsSourcesAndSkipsAreXunitsOwn()
    {
        var cases = await CaseRun.DiscoverAsync(typeof(BodyCases));

        var passes = Assert.Single(cases, each => each.TestMethodName == nameof(BodyCases.Passes));
        Assert.Equal($"{typeof(BodyCases).FullName}.{nameof(BodyCases.Passes)}", passes.TestCaseDisplayName);
        Assert.Equal(["body"], passes.Traits["Of"]);
        Assert.EndsWith("BodyCases.cs", passes.SourceFilePath, StringComparison.Ordinal);
        Assert.True(passes.SourceLineNumber > 0);
        Assert.Equal("not today", Assert.Single(cases, each => each.TestMethodName == nameof(BodyCases.IsSkipped)).SkipReason);
        Assert.True(Assert.Single(cases, each => each.TestMethodName == nameof(BodyCases.IsExplicit)).Explicit);
    }

    [Fact]
    public async Task RowsAreTestCasesWhereTheyCanBeToldApart()
    {
        var cases = await CaseRun.DiscoverAsync(typeof(RowCases));

        Assert.Equal(
            [(nameof(RowCases.Rows), 2), (nameof(RowCases.RowsKnownLate), 1), (nameof(RowCases.RowsThatAreSkipped), 1)],
            cases.GroupBy(each => each.TestMethodName).Select(group => (group.Key, group.Count())).Order());
    }

    [Fact]
    public async Task ACaseThatIsSentIsTheSame()
    {
        foreach (var sent in await CaseRun.DiscoverAsync(typeof(SharedCases), typeof(MixedCases), typeof(RowCases)))
        {
            var received = SerializationHelper.Instance.Deserialize<ITestCase>(SerializationHelper.Instance.Serialize(sent))!;

            Assert.Equal(
                (sent.GetType(), sent.UniqueID, sent.TestClass.UniqueID, sent.TestCollection.UniqueID),
                (received.GetType(), received.UniqueID, received.TestClass?.UniqueID, received.TestCollection.UniqueID));
        }
    }
}
