using System.Text;

namespace Mayfly.Xunit.Guests.Protocol;

/// <summary>How runs and messages are written as bytes. What is read is the guest's, or a stranger's in it, and is checked.</summary>
internal static class WorkerFormat
{
    /// <summary>Characters of a text that are sent; of a longer one the beginning.</summary>
    public const int MostTextChars = 128 * 1024;

    /// <summary>The bytes of a run.</summary>
    public static byte[] Write(WorkerRun run)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes, Encoding.UTF8);
        writer.Write((byte)run.Kind);
        writer.Write(run.Case);
        writer.Write(run.Row);
        return bytes.ToArray();
    }

    /// <summary>The run that was written so.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public static WorkerRun ReadRun(byte[] bytes) =>
        Read(bytes, reader => new WorkerRun((WorkerRunKind)reader.ReadByte(), reader.ReadString(), reader.ReadInt32()));

    /// <summary>The bytes of a message.</summary>
    public static byte[] Write(WorkerMessage message)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes, Encoding.UTF8);
        writer.Write((byte)message.Kind);
        writer.Write(Cut(message.Text));
        writer.Write(message.Seconds);
        Write(writer, message.Failure);
        Write(writer, message.Hits);
        return bytes.ToArray();
    }

    /// <summary>The message that was written so.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public static WorkerMessage ReadMessage(byte[] bytes) => Read(bytes, reader =>
    {
        var kind = (WorkerMessageKind)reader.ReadByte();
        return new WorkerMessage(kind, reader.ReadString(), reader.ReadDecimal(), ReadFailure(reader), ReadHits(reader)) is var message && IsWhole(message)
            ? message
            : throw new InvalidDataException($"a message of kind {kind} that lacks a part");
    });

    private static bool IsWhole(WorkerMessage message) => message.Kind switch
    {
        WorkerMessageKind.Failed or WorkerMessageKind.Problem => message.Failure is not null,
        WorkerMessageKind.Hits => message.Hits is not null,
        _ => Enum.IsDefined(message.Kind),
    };

    private static T Read<T>(byte[] bytes, Func<BinaryReader, T> read)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes), Encoding.UTF8);
        try
        {
            var whole = read(reader);
            return reader.BaseStream.Position == bytes.Length ? whole : throw new InvalidDataException("a frame with more in it than it should hold");
        }
        catch (Exception exception) when (exception is IOException or FormatException or ArgumentException)
        {
            throw new InvalidDataException($"a frame of {bytes.Length} bytes that does not hold what it should ({exception.Message})", exception);
        }
    }

    private static void Write(BinaryWriter writer, GuestFailure? failure)
    {
        var count = Math.Min(failure?.Types.Length ?? 0, GuestFailure.MostExceptions);
        writer.Write(count);
        for (var number = 0; number < count; number++)
        {
            writer.Write(Cut(failure!.Types[number], count));
            writer.Write(Cut(failure.Messages[number], count));
            writer.Write(Cut(failure.Stacks[number], count));
            writer.Write(failure.Parents[number]);
        }
    }

    private static GuestFailure? ReadFailure(BinaryReader reader)
    {
        var count = reader.ReadInt32();
        if (count == 0)
        {
            return null;
        }

        if (count is < 0 or > GuestFailure.MostExceptions)
        {
            throw new InvalidDataException($"a failure of {count} exceptions");
        }

        var (types, messages, stacks, parents) = (new string[count], new string[count], new string[count], new int[count]);
        for (var number = 0; number < count; number++)
        {
            (types[number], messages[number], stacks[number]) = (reader.ReadString(), reader.ReadString(), reader.ReadString());

            // An exception is within one that was told before, or within none.
            parents[number] = Math.Clamp(reader.ReadInt32(), -1, number - 1);
        }

        return new GuestFailure(types, messages, stacks, parents);
    }

    private static void Write(BinaryWriter writer, GuestHits? hits)
    {
        writer.Write(hits?.Places.Length ?? 0);
        if (hits is { Places.Length: > 0 })
        {
            writer.Write(hits.Assembly);
            foreach (var (place, count) in hits.Places.Zip(hits.Counts))
            {
                writer.Write(place);
                writer.Write(count);
            }
        }
    }

    private static GuestHits? ReadHits(BinaryReader reader)
    {
        var count = reader.ReadInt32();
        if (count == 0)
        {
            return null;
        }

        if (count is < 0 or > GuestHits.MostPlaces)
        {
            throw new InvalidDataException($"hits of {count} places");
        }

        var hits = new GuestHits(reader.ReadString(), new int[count], new int[count]);
        for (var number = 0; number < count; number++)
        {
            (hits.Places[number], hits.Counts[number]) = (reader.ReadInt32(), reader.ReadInt32());
        }

        return hits;
    }

    /// <summary>A text that leaves room for as many of its kind as there are.</summary>
    private static string Cut(string? text, int among = 1)
    {
        var most = MostTextChars / among;
        return text is null ? "" : text.Length <= most ? text : $"{text.AsSpan(0, most)}... ({text.Length - most} more characters)";
    }
}
