using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;
using Microsoft.Extensions.Logging;
using ILogger = Microsoft.Extensions.Logging.ILogger;

namespace Mayfly.MSBuild.Output;

/// <summary>Passes the library's log on to the build as messages and to a file, until the task is over.</summary>
internal sealed class BuildLoggerFactory(TaskLoggingHelper log, AgentLog file) : ILoggerFactory, ILogger
{
    private volatile bool _closed;

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => !_closed && logLevel is >= LogLevel.Debug and < LogLevel.None;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            var importance = logLevel >= LogLevel.Warning ? MessageImportance.Normal : MessageImportance.Low;
            var text = GuestText.NeutraliseLines(formatter(state, exception));
            log.LogMessage(importance, $"Mayfly: {text}");
            file.Add(text);
        }
    }

    public void Dispose() => _closed = true;
}
