using System.Globalization;
using System.Net.Sockets;
using Mayfly.Diagnostics;
using Mayfly.Images.Cache;
using Mayfly.Native;
using Mayfly.Supervision;
using Mayfly.Templates;
using Mayfly.Transports.Vsock.Kernel;

namespace Mayfly.Tests.Diagnostics.Inventory;

/// <summary>What anybody can make: it is in the picture while it is there, and not in the next one.</summary>
public sealed class FoundFilesTests
{
    [Fact]
    public void ADirectoryOfASandboxIsFoundUntilItIsRemoved()
    {
        string path;
        using (var place = new SandboxPlace())
        {
            path = place.Path;
            Assert.StartsWith("since ", Picture.MustShow(InventoryKind.Directory, path).Detail, StringComparison.Ordinal);
        }

        Picture.MustNotShow(InventoryKind.Directory, path);
    }

    [Fact]
    public void AFileInPlaceOfASandboxIsFoundAndWhatIsMeantToStayIsNot()
    {
        var stray = Path.Combine(RuntimeRoot.Open(), "stray");
        var verdict = Path.Combine(RuntimeRoot.Open(), ".cache-of-this-test");
        File.WriteAllText(stray, "");
        File.WriteAllText(verdict, "");
        try
        {
            Picture.MustShow(InventoryKind.Directory, stray);
            Picture.MustNotShow(InventoryKind.Directory, verdict);
        }
        finally
        {
            File.Delete(stray);
            File.Delete(verdict);
        }

        Picture.MustNotShow(InventoryKind.Directory, stray);
    }

    [Fact]
    public void ABoundSocketIsFoundUntilItIsClosed()
    {
        using var place = new SandboxPlace();
        var path = place.File("a socket.sock");
        using (var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            socket.Bind(new UnixDomainSocketEndPoint(path));
            Assert.Equal("bound", Picture.MustShow(InventoryKind.Socket, path).Detail);

            socket.Listen();
            Assert.Equal("listening", Picture.MustShow(InventoryKind.Socket, path).Detail);
        }

        Picture.MustNotShow(InventoryKind.Socket, path);
    }

    [Fact]
    public void ASocketBelowTheRuntimeDirectoryOfAnotherEnvironmentIsFound()
    {
        var elsewhere = Directory.CreateTempSubdirectory("mft-");
        try
        {
            var place = Directory.CreateDirectory(Path.Combine(elsewhere.FullName, "mayfly", SandboxId.Create()));
            var path = Path.Combine(place.FullName, "qmp.sock");
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            socket.Bind(new UnixDomainSocketEndPoint(path));

            Picture.MustShow(InventoryKind.Socket, path);
        }
        finally
        {
            elsewhere.Delete(recursive: true);
        }
    }

    [Fact]
    public void ASharedMemoryFileIsFoundUntilItIsRemoved()
    {
        var path = $"/dev/shm/mayfly-{SandboxId.Create()}";
        File.WriteAllText(path, "");
        try
        {
            Picture.MustShow(InventoryKind.MemoryFile, path);
        }
        finally
        {
            File.Delete(path);
        }

        Picture.MustNotShow(InventoryKind.MemoryFile, path);
    }

    [Fact]
    public void WorkInProgressInTheCacheIsFoundUntilItIsRemoved()
    {
        var work = CacheDirectory.Open().CreateTemporary();
        try
        {
            Picture.MustShow(InventoryKind.CacheWork, work);
        }
        finally
        {
            Directory.Delete(work);
        }

        Picture.MustNotShow(InventoryKind.CacheWork, work);
    }

    [Fact]
    public void ATemplateInTheMakingIsFoundAndAFinishedOneIsNot()
    {
        var shelf = new TemplateShelf(CacheDirectory.Open());
        var key = new string('0', 64);
        var work = shelf.NewPlaceOf(key);
        Directory.CreateDirectory(work, CacheDirectory.Private);
        try
        {
            Picture.MustShow(InventoryKind.CacheWork, work);
            Picture.MustNotShow(InventoryKind.CacheWork, shelf.EntryOf(key));
        }
        finally
        {
            Directory.Delete(work);
        }
    }

    [Fact]
    public void AContextIdIsFoundWhileItIsHeldAndNotForItsFileAlone()
    {
        var leases = Path.Combine(RuntimeRoot.Open(), ".cids");
        _ = NewDirectory.TryCreatePrivate(leases);
        var name = 4_000_000_001u.ToString(CultureInfo.InvariantCulture);
        var file = Path.Combine(leases, name);
        File.WriteAllText(file, "");
        try
        {
            Picture.MustNotShow(InventoryKind.ContextId, name);
            using (var lease = NumberLease.TryTake(leases, 4_000_000_001))
            {
                Assert.NotNull(lease);
                Picture.MustShow(InventoryKind.ContextId, name);
            }

            Picture.MustNotShow(InventoryKind.ContextId, name);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void LookingForHeldContextIdsTakesNoneAway()
    {
        var directory = Directory.CreateTempSubdirectory("mft-");
        try
        {
            Assert.Empty(ContextIdLease.HeldBelow(directory.FullName));
            Assert.Empty(directory.EnumerateFileSystemInfos());
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }
}
