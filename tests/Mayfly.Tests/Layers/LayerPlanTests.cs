using Mayfly.Hypervisors;
using Mayfly.Layers;
using Mayfly.Protocol;

namespace Mayfly.Tests.Layers;

public sealed class LayerPlanTests
{
    [Fact]
    public void LayersOfOnePathAreJoinedAndFoldersAboveOthersComeFirst()
    {
        var plan = Plan(
            Layer("/opt/x/y") with { Writable = ByteSize.MiB(1) },
            Layer("/opt"),
            Layer("/opt/x/y") with { Writable = ByteSize.MiB(3) },
            Layer("/"));

        Assert.Equal(["/ layer3 0", "/opt layer1 0", "/opt/x/y layer0,layer2 3145728"], plan.Settings.Select(Describe));
        Assert.Equal(["/image0 layer0", "/image1 layer1", "/image2 layer2", "/image3 layer3"], plan.Drives.Cast<ReadOnlyDrive>().Select(drive => $"{drive.ImagePath} {drive.Serial}"));
        Assert.Empty(plan.SlotSettings);
    }

    [Fact]
    public void SlotsAndWhatLiesBelowThemAreForTheClones()
    {
        var plan = Plan(Layer("/opt"), Layer("/work") with { Slot = ByteSize.MiB(1) }, Layer("/work/x"), Layer("/works"), Layer("/opt/slot") with { Slot = ByteSize.MiB(1) }, Layer("/opt/slot"));

        Assert.Equal(["/opt layer0 0", "/works layer3 0"], plan.TemplateSettings!.Select(Describe));
        Assert.Equal(["/opt/slot layer4,layer5 0", "/work layer1 0", "/work/x layer2 0"], plan.SlotSettings.Select(Describe));
        Assert.Equal(5, plan.BootSettings!.Count);
    }

    [Fact]
    public void AMachineWithoutLayersIsToldOfNone()
    {
        Assert.Null(Plan().BootSettings);
        Assert.Null(Plan().TemplateSettings);
        Assert.Empty(Plan(Layer("/x") with { Slot = ByteSize.MiB(1) }).TemplateSettings!);
    }

    [Fact]
    public void ATemplateIsAnotherOneWithAnotherLayerButNotWithAnotherContentOfASlot()
    {
        var slot = Layer("/x") with { Slot = ByteSize.MiB(1) };

        Assert.NotEqual(new LayerPlan([new(Layer("/x"), "/a", "1")]).TemplateInputs, new LayerPlan([new(Layer("/x"), "/a", "2")]).TemplateInputs);
        Assert.Equal(new LayerPlan([new(slot, "/a", "1")]).TemplateInputs, new LayerPlan([new(slot, "/b", "2")]).TemplateInputs);
        Assert.NotEqual(new LayerPlan([new(slot, "/a", "1")]).TemplateInputs, new LayerPlan([new(slot with { Slot = ByteSize.MiB(2) }, "/a", "1")]).TemplateInputs);
    }

    private static SandboxLayer Layer(string guestPath) => SandboxLayer.FromFolder("/", guestPath);

    private static LayerPlan Plan(params SandboxLayer[] layers) => new([.. layers.Select((layer, number) => new LayerImage(layer, $"/image{number}", $"{number}"))]);

    private static string Describe(LayerSettings layer) => $"{layer.GuestPath} {string.Join(',', layer.Disks)} {layer.WritableBytes}";
}
