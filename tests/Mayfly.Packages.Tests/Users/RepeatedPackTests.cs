using Mayfly.Packages.Tests.Feed;

namespace Mayfly.Packages.Tests.Users;

[Collection(UserCollection.Name)]
public sealed class RepeatedPackTests(UserFolder user)
{
    [Fact]
    public async Task PackagesThatAreMadeAgainAreTheSameToTheByte()
    {
        (await user.RunAsync("", Repository.PathOf("build", "pack"), "--no-build", "--output", user.PathOf("again"))).Succeeded();

        var first = Directory.GetFiles(LocalFeed.Folder).Order(StringComparer.Ordinal).ToList();
        Assert.Equal(first.Select(Path.GetFileName), Directory.GetFiles(user.PathOf("again")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.All(first, package => Assert.Equal("", Difference(package, Path.Combine(user.PathOf("again"), Path.GetFileName(package)))));
    }

    /// <summary>
    /// What differs: files by name, or the container where no file does. The time in it may differ where there was a commit in between.
    /// </summary>
    private static string Difference(string path, string otherPath)
    {
        if (File.ReadAllBytes(path).AsSpan().SequenceEqual(File.ReadAllBytes(otherPath)))
        {
            return "";
        }

        var (package, other) = (new Package(path), new Package(otherPath));
        var files = package.Files.Union(other.Files).Where(file =>
            !package.Files.Contains(file) || !other.Files.Contains(file) || !package[file].AsSpan().SequenceEqual(other[file])).ToList();
        return files.Count == 0 && package.Time != other.Time ? "" : $"{Path.GetFileName(path)}: {(files.Count > 0 ? string.Join(", ", files) : "the container")}";
    }
}
