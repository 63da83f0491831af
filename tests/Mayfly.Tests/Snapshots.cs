using System.Runtime.CompilerServices;

namespace Mayfly.Tests;

/// <summary>
/// Compares text with the file that holds what was last approved: <c>Class.Test.verified.txt</c> beside the test. On a
/// difference the text is left in <c>.received.txt</c>, to be looked at and renamed.
/// </summary>
internal static class Snapshots
{
    public static void Verify(string actual, [CallerMemberName] string test = "", [CallerFilePath] string testFile = "")
    {
        var stem = Path.Combine(Path.GetDirectoryName(testFile)!, $"{Path.GetFileNameWithoutExtension(testFile)}.{test}");
        var received = $"{stem}.received.txt";
        var text = actual.ReplaceLineEndings("\n").TrimEnd('\n') + "\n";
        var expected = File.Exists($"{stem}.verified.txt") ? File.ReadAllText($"{stem}.verified.txt").ReplaceLineEndings("\n") : "";
        if (text == expected)
        {
            File.Delete(received);
            return;
        }

        File.WriteAllText(received, text);
        Assert.Fail($"{Path.GetFileName(received)} differs from what was approved:\n--- approved\n{expected}--- received\n{text}");
    }
}
