using System.Text.Json.Serialization;

namespace Mayfly.Cli.Reports;

/// <summary>The reports as source-generated JSON: camel case, nulls left out.</summary>
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
internal sealed partial class ReportJson : JsonSerializerContext;
