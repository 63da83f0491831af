using System.Text;

namespace Mayfly.SshNet;

/// <summary>What a command says on standard error: taken as it comes, for nobody else would, and only its end is kept.</summary>
internal sealed class CommandErrors
{
    private const int BufferBytes = 4 * 1024;
    private const int KeptChars = 8 * 1024;

    private readonly StringBuilder _words = new();

    private CommandErrors(Stream source) => Ended = BlockingWork.RunAsync(() => Take(source));

    /// <summary>The end of what it has said so far; untrusted.</summary>
    public string Words
    {
        get
        {
            lock (_words)
            {
                return _words.ToString();
            }
        }
    }

    /// <summary>When the source has ended, and the thread with it.</summary>
    public Task Ended { get; }

    public static CommandErrors Start(Stream source) => new(source);

    private void Take(Stream source)
    {
        var decoder = Encoding.UTF8.GetDecoder();
        var (bytes, chars) = (new byte[BufferBytes], new char[BufferBytes]);
        int count;
        while ((count = source.Read(bytes, 0, bytes.Length)) > 0)
        {
            lock (_words)
            {
                _words.Append(chars, 0, decoder.GetChars(bytes, 0, count, chars, 0, flush: false));
                _words.Remove(0, Math.Max(0, _words.Length - KeptChars));
            }
        }
    }
}
