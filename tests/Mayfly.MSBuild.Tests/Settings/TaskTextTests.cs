using Mayfly.MSBuild.Settings;

namespace Mayfly.MSBuild.Tests.Settings;

public sealed class TaskTextTests
{
    [Theory]
    [InlineData("1500", 1500)]
    [InlineData("5", 5)]
    [InlineData("00:01:00", 60_000)]
    [InlineData("0:00:00.5", 500)]
    [InlineData("", -1)]
    [InlineData(null, -1)]
    [InlineData("-1", -1)]
    public void TimeoutsAreMillisecondsOrTimeSpans(string? text, int expectedMs) =>
        Assert.Equal(TimeSpan.FromMilliseconds(expectedMs), TaskText.Timeout(text));

    [Theory]
    [InlineData("0")]
    [InlineData("-5")]
    [InlineData("soon")]
    [InlineData("30s")]
    [InlineData("100.00:00:00")]
    [InlineData("99999999999")]
    public void ABadTimeoutSaysWhatToWrite(string text)
    {
        var error = Assert.Throws<SandboxConfigurationException>(() => TaskText.Timeout(text));
        Assert.Equal("MAY1103", error.Code);
        Assert.Contains($"'{text}'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void VariablesAreNamesAndValues()
    {
        var variables = TaskText.Environment(["A=1", "B=x=y", "C=", "A=2"], new Dictionary<string, string> { ["A"] = "0", ["D"] = "4" });

        Assert.Equal("2", variables["A"]);
        Assert.Equal("x=y", variables["B"]);
        Assert.Equal("", variables["C"]);
    }

    [Theory]
    [InlineData("A")]
    [InlineData("=1")]
    public void AVariableWithoutNameOrValueIsRefused(string entry) =>
        Assert.Equal("MAY1104", Assert.Throws<SandboxConfigurationException>(() => TaskText.Environment([entry], new Dictionary<string, string>())).Code);

    [Fact]
    public void WhatIsNotOneOfTheNamesIsRefused()
    {
        Assert.Equal(Acceleration.Tcg, TaskText.Name<Acceleration>("tcg", "Acceleration"));
        Assert.Equal(SandboxTransport.KernelVsock, TaskText.Name<SandboxTransport>("kernelvsock", "Transport"));
        Assert.Null(TaskText.Name<Acceleration>(" ", "Acceleration"));
        Assert.Equal(SandboxNetwork.None, TaskText.Network(" ", "Network"));
        Assert.Equal(new UserNetwork { Forwards = [], Outbound = true }.ToString(), TaskText.Network("User:Outbound", "Network").ToString());
        Assert.Equal("MAY1104", Assert.Throws<SandboxConfigurationException>(() => TaskText.Network("lan", "Network")).Code);
        Assert.Equal("MAY1104", Assert.Throws<SandboxConfigurationException>(() => TaskText.Name<Acceleration>("1", "Acceleration")).Code);
        Assert.Equal("MAY1104", Assert.Throws<SandboxConfigurationException>(() => TaskText.Size("lots", "Memory")).Code);
        Assert.Equal("MAY1104", Assert.Throws<SandboxConfigurationException>(() => TaskText.Number("two", "Cpus")).Code);
        Assert.Equal("MAY1104", Assert.Throws<SandboxConfigurationException>(() => TaskText.Flag("yes", "EchoOff", false)).Code);
        Assert.Equal("MAY1104", Assert.Throws<SandboxConfigurationException>(() => TaskText.Pattern("(", "CustomErrorRegularExpression")).Code);
    }

    [Theory]
    [InlineData(null, "utf-8")]
    [InlineData(" ", "utf-8")]
    [InlineData("UTF-16", "utf-16")]
    [InlineData("latin1", "iso-8859-1")]
    [InlineData("windows-1252", "windows-1252")]
    [InlineData("cp437", "ibm437")]
    [InlineData("shift_jis", "shift_jis")]
    public void EncodingsAreKnownByTheirNames(string? name, string expected) =>
        Assert.Equal(expected, TaskText.Encoding(name, "StdOutEncoding").WebName, ignoreCase: true);

    [Theory]
    [InlineData("utf-9")]
    [InlineData("utf-7")]
    public void AnEncodingThatIsUnknownOrUnsafeIsRefusedWithSomeThatAreNot(string name)
    {
        var error = Assert.Throws<SandboxConfigurationException>(() => TaskText.Encoding(name, "StdErrEncoding"));

        Assert.Equal("MAY1104", error.Code);
        Assert.Contains($"StdErrEncoding is '{name}'", error.Message, StringComparison.Ordinal);
        Assert.Contains("windows-1252", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AskingForAnOldCodePageLeavesTheProcessAsItWas()
    {
        TaskText.Encoding("windows-1252", "StdOutEncoding");

        Assert.Throws<ArgumentException>(() => System.Text.Encoding.GetEncoding("windows-1252"));
    }

    [Fact]
    public void PatternsTellCapitalsApartAsExecsDo()
    {
        var pattern = TaskText.Pattern("^BAD", "CustomErrorRegularExpression")!;

        Assert.Matches(pattern, "BAD");
        Assert.DoesNotMatch(pattern, "bad");
    }
}
