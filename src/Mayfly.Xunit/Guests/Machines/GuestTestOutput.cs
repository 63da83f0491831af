using System.Text;

namespace Mayfly.Xunit.Guests.Machines;

/// <summary>
/// What a test has written: passed on line by line, safe to print, and kept, up to a limit. A line is passed on when it has ended,
/// because only all of it tells what it is. Safe for use by several threads.
/// </summary>
/// <param name="sink">Where it is passed on to.</param>
internal sealed class GuestTestOutput(Action<string> sink) : IProgress<SandboxProgress>
{
    private const int MostChars = 4 * 1024 * 1024;

    private readonly StringBuilder _text = new();
    private readonly StringBuilder _line = new();
    private readonly Lock _lock = new();
    private bool _isCut;
    private bool _isClosed;

    /// <summary>All that was written, or the beginning of it.</summary>
    public string Text
    {
        get
        {
            lock (_lock)
            {
                return _text + GuestText.NeutraliseLines(_line.ToString());
            }
        }
    }

    /// <summary>Takes what is not the test's own: it is told also where the test has written too much.</summary>
    public void Note(string text)
    {
        lock (_lock)
        {
            if (!_isClosed)
            {
                EndLine();
                PassOn(text);
            }
        }
    }

    /// <summary>Takes a piece.</summary>
    public void Write(string text)
    {
        lock (_lock)
        {
            var room = MostChars - _text.Length - _line.Length;
            if (text.Length > room)
            {
                // Half a character would be none.
                room = Math.Max(0, room);
                room -= room > 0 && char.IsHighSurrogate(text[room - 1]) ? 1 : 0;
                text = _isCut ? "" : $"{text.AsSpan(0, room)}\n(the test has written more than {MostChars} characters; the rest is left out)\n";
                _isCut = true;
            }

            if (!_isClosed)
            {
                var end = text.LastIndexOf('\n') + 1;
                _line.Append(text.AsSpan(0, end));
                if (end > 0)
                {
                    EndLine();
                }

                _line.Append(text.AsSpan(end));
            }
        }
    }

    /// <summary>Takes no more: the test is over, but what it began, such as a machine that others will have copies of, may go on.</summary>
    public void Close()
    {
        lock (_lock)
        {
            EndLine();
            _isClosed = true;
        }
    }

    /// <summary>Passes on what there is of a line, or of several.</summary>
    private void EndLine()
    {
        if (_line.Length > 0)
        {
            PassOn(_line.ToString());
            _line.Clear();
        }
    }

    private void PassOn(string text)
    {
        var safe = GuestText.NeutraliseLines(text);
        _text.Append(safe);
        sink(safe);
    }

    /// <summary>Takes a step of what is done before the test, unless it is one of many of the same kind.</summary>
    void IProgress<SandboxProgress>.Report(SandboxProgress value)
    {
        if (value.Completed is null)
        {
            Note($"mayfly: {value.Activity}\n");
        }
    }
}
