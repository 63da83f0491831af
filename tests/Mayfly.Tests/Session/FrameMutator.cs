using System.Buffers.Binary;
using System.Text;
using Mayfly.Protocol;

namespace Mayfly.Tests.Session;

/// <summary>Makes up what a hostile guest might send: valid frames, nearly valid ones, and noise. Same seed, same bytes.</summary>
internal sealed class FrameMutator(Random random)
{
    private static readonly string[] Json =
    [
        """{"what":"started","processId":7}""",
        """{"what":"heartbeat","elapsedMs":5000}""",
        """{"result":"exec","kind":"Exited","exitCode":0}""",
        """{"result":"exec","kind":"CouldNotStart","startFailure":"NotFound","message":"m"}""",
        """{"result":"transfer","entries":1,"bytes":1,"skipped":0}""",
        """{"result":"failed","code":"NoSpace","message":"full","path":"/x"}""",
        """{"what":"connected"}""",
        """{"what":"listening","port":80}""",
        """{"what":"connection","connection":1}""",
        """{"result":"closed"}""",
        """{"result":"frozen"}""",
        """{"result":"failed","code":"Refused","message":"m"}""",
        """{"version":1,"oldestVersion":1}""",
        "null",
        "[]",
        "{}",
    ];

    public byte[] Next()
    {
        var bytes = new List<byte>();
        var frames = random.Next(1, 12);
        for (var i = 0; i < frames; i++)
        {
            bytes.AddRange(Frame());
        }

        var result = bytes.ToArray();
        if (random.Next(3) == 0)
        {
            Damage(result);
        }

        return random.Next(8) == 0 ? result[..random.Next(result.Length)] : result;
    }

    private byte[] Frame()
    {
        var type = (FrameType)random.Next(random.Next(10) == 0 ? 256 : 11);
        var payload = Payload(type);
        var frame = new byte[FrameHeader.Size + payload.Length];
        new FrameHeader(payload.Length, type, (StreamId)random.Next(random.Next(10) == 0 ? 256 : 3), (uint)random.Next(random.Next(10) == 0 ? 9 : 6)).Write(frame);
        payload.CopyTo(frame, FrameHeader.Size);
        return frame;
    }

    private byte[] Payload(FrameType type)
    {
        switch (type)
        {
            case FrameType.Data:
                var data = new byte[random.Next(10) == 0 ? random.Next(ProtocolLimits.MaxDataBytes + 2) : random.Next(600)];
                random.NextBytes(data);
                return data;
            case FrameType.Credit:
                var credit = new byte[random.Next(10) == 0 ? random.Next(8) : 4];
                random.NextBytes(credit);
                if (random.Next(2) == 0 && credit.Length == 4)
                {
                    BinaryPrimitives.WriteInt32LittleEndian(credit, random.Next(100_000));
                }

                return credit;
            case FrameType.Eof:
                return [];
            case FrameType.Ping or FrameType.Pong:
                return new byte[random.Next(70)];
            default:
                var json = Encoding.UTF8.GetBytes(Json[random.Next(Json.Length)]);
                if (random.Next(3) == 0)
                {
                    Damage(json);
                }

                return json;
        }
    }

    private void Damage(byte[] bytes)
    {
        for (var i = random.Next(4); i >= 0 && bytes.Length > 0; i--)
        {
            bytes[random.Next(bytes.Length)] = random.Next(3) == 0 ? (byte)random.Next(256) : (byte)"\"\\{}[],:09\xff\x7f"[random.Next(12)];
        }
    }
}
