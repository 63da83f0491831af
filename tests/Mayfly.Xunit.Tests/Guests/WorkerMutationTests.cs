using System.Buffers.Binary;
using Mayfly.Xunit.Guests.Protocol;

namespace Mayfly.Xunit.Tests.Guests;

/// <summary>What a worker may send that is nearly right.</summary>
public sealed class WorkerMutationTests
{
    private const int Seed = 20240607;
    private const int Inputs = 100_000;

    private static readonly int[] _numbers = [0, 1, -1, 63, 64, 65, 127, 128, 255, 256, int.MaxValue, int.MinValue, 4 * 1024 * 1024, 4 * 1024 * 1024 + 1];

    [Fact]
    public async Task NothingButARefusalComesOfBytesThatAreNearlyRight()
    {
        var random = new Random(Seed);
        var (whole, refused) = (0, 0);
        for (var input = 0; input < Inputs; input++)
        {
            var bytes = Mutate(random, [.. Enumerable.Range(0, random.Next(1, 4)).SelectMany(_ => WorkerFrames.Frame(Any(random)))]);
            try
            {
                whole += await ReadAllAsync(bytes);
            }
            catch (InvalidDataException)
            {
                refused++;
            }
            catch (Exception exception)
            {
                Assert.Fail($"input {input} of seed {Seed}, {Convert.ToHexString(bytes)}, ends with {exception}");
            }
        }

        // Else the loop would look at one side only.
        Assert.InRange(whole, Inputs / 10, int.MaxValue);
        Assert.InRange(refused, Inputs / 10, int.MaxValue);
    }

    private static async Task<int> ReadAllAsync(byte[] bytes)
    {
        using var stream = new MemoryStream(bytes);
        var count = 0;
        while (await WorkerFrames.ReadAsync(stream, CancellationToken.None) is { } frame)
        {
            Exception? refusal = null;
            try
            {
                _ = WorkerFormat.ReadRun(frame);
            }
            catch (InvalidDataException exception)
            {
                refusal = exception;
            }

            try
            {
                var message = WorkerFormat.ReadMessage(frame);
                if (message.Failure is { } failure)
                {
                    _ = failure.ToString();
                    Assert.All(failure.Parents, (parent, number) => Assert.InRange(parent, -1, number - 1));
                }
            }
            catch (InvalidDataException) when (refusal is null)
            {
                // It was a run.
            }

            count++;
        }

        return count;
    }

    private static byte[] Any(Random random)
    {
        var number = random.Next(WorkerSamples.Runs.Length + WorkerSamples.Messages.Length);
        return number < WorkerSamples.Runs.Length
            ? WorkerFormat.Write(WorkerSamples.Runs[number])
            : WorkerFormat.Write(WorkerSamples.Messages[number - WorkerSamples.Runs.Length]);
    }

    private static byte[] Mutate(Random random, byte[] bytes)
    {
        for (var times = random.Next(3); times > 0 && bytes.Length > sizeof(int); times--)
        {
            var place = random.Next(bytes.Length - sizeof(int));
            switch (random.Next(6))
            {
                case 0:
                    bytes[place] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[place] = (byte)random.Next(256);
                    break;
                case 2:
                    BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(place), _numbers[random.Next(_numbers.Length)]);
                    break;
                case 3:
                    bytes = bytes[..place];
                    break;
                case 4:
                    bytes = [.. bytes[..place], .. bytes[(place + random.Next(1, sizeof(int) + 1))..]];
                    break;
                default:
                    bytes = [.. bytes[..place], .. bytes[random.Next(place + 1)..]];
                    break;
            }
        }

        return bytes;
    }
}
