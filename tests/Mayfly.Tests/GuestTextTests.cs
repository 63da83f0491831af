namespace Mayfly.Tests;

public sealed class GuestTextTests
{
    [Theory]
    [InlineData("plain text, 100% of it: [ok] # not ## steering", "plain text, 100% of it: [ok] # not ## steering")]
    [InlineData("tab\tstays, zażółć 😀 too", "tab\tstays, zażółć 😀 too")]
    [InlineData("a.c(3,1): error C1: no::where", "a.c(3,1): error C1: no::where")]
    [InlineData("std::vector<int>::iterator, ## a title, see #1 and [2]: a::b", "std::vector<int>::iterator, ## a title, see #1 and [2]: a::b")]
    [InlineData("\u001b[31mred\u001b[0m", "red")]
    [InlineData("\u001b]0;title\u0007text", "text")]
    [InlineData("\u001b(0 bell\u0007 back\u0008 nul\0", "\uFFFD(0 bell\uFFFD back\uFFFD nul\uFFFD")]
    [InlineData("c1 \u009b31m", "c1 \uFFFD31m")]
    [InlineData("a\rb\nc\u2028d", "a\uFFFDb\uFFFDc\uFFFDd")]
    [InlineData("safe\u202Etxet", "safe\uFFFDtxet")]
    [InlineData("a.c(1,2): error C1: ::debug::x", "a.c(1,2): error C1: : :debug::x")]
    public void TextStaysReadableAndSteersNoTerminal(string line, string expected) =>
        Assert.Equal(expected, GuestText.Neutralise(line));

    [Theory]
    [InlineData("##vso[task.setvariable variable=x]y")]
    [InlineData("error: ##VSO[task.complete result=Succeeded;]")]
    [InlineData("####vso[x]")]
    [InlineData("#\u001b[0m#vso[x]")]
    [InlineData("##[command]rm")]
    [InlineData("text ##[error]x")]
    [InlineData("##teamcity[buildStop]")]
    [InlineData("::set-output name=x::y")]
    [InlineData(" \t::add-mask::x")]
    [InlineData("\u001b[1m::warning::x")]
    [InlineData("\u00A0::stop-commands::x")]
    [InlineData(":::notice::x")]
    public void NothingSteersACiSystem(string line)
    {
        var safe = GuestText.Neutralise(line);

        Assert.DoesNotContain("##vso[", safe, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("##[", safe, StringComparison.Ordinal);
        Assert.DoesNotContain("##teamcity[", safe, StringComparison.Ordinal);
        Assert.False(safe.Trim().StartsWith("::", StringComparison.Ordinal), safe);
    }

    [Fact]
    public void HalvesOfCharactersAndWhatIsNoneAreReplaced() =>
        Assert.Equal("\uFFFD.\uFFFD.\uFFFD\uFFFD", GuestText.Neutralise("\ud800.\udc00.\uFFFE\uFFFF"));

    [Fact]
    public void EachLineOfATextIsMadeSafe() =>
        Assert.Equal("first\n: :group::x\n# #[y]", GuestText.NeutraliseLines("first\r\n::group::x\r##[y]"));
}
