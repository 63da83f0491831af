using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;

namespace Mayfly.Cli.Reports;

/// <summary>
/// The reports as source-generated JSON: camel case, nulls left out. An object is one line of ASCII, and a number sign in a text is
/// escaped, so that no line of a guest's in it is a command to a CI system.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RunReport))]
[JsonSerializable(typeof(DoctorSection))]
[JsonSerializable(typeof(InventorySection))]
[JsonSerializable(typeof(InventoryDifferenceSection))]
[JsonSerializable(typeof(PsSection))]
[JsonSerializable(typeof(ReapSection))]
[JsonSerializable(typeof(CacheSection))]
[JsonSerializable(typeof(CachePrunedSection))]
[JsonSerializable(typeof(TraceSection))]
internal sealed partial class ReportJson : JsonSerializerContext
{
    /// <summary>What reports are written with.</summary>
    public static ReportJson Safe => field ??= new(new JsonSerializerOptions(Default.Options) { Encoder = Encoder() });

    private static JavaScriptEncoder Encoder()
    {
        var settings = new TextEncoderSettings(UnicodeRanges.BasicLatin);
        settings.ForbidCharacter('#');
        return JavaScriptEncoder.Create(settings);
    }
}
