using Mayfly.Templates;

namespace Mayfly.Chaos;

/// <summary>Runs rounds one after the other, in a runtime directory of its own that lasts as long as all is well.</summary>
internal sealed class ChaosWorker(ulong seed, TimeSpan halt, string life) : IDisposable
{
    private const int Attempts = 4;

    private readonly List<string> _spoilt = [];
    private string _directory = Directory.CreateTempSubdirectory("mfx-").FullName;
    private OwnerProcess? _waiting;
    private Lives? _lives;
    private Lives? _imageLives;
    private ImageCache? _cache;

    public async Task<RoundResult> RunAsync(Victims victims, int number)
    {
        var plan = RoundPlan.Of(seed, victims, number);
        RoundResult result;
        for (var attempt = 1; ; attempt++)
        {
            result = victims == Victims.ImageOwner ? await RunImageAsync(plan, number)
                : life == OwnerProgram.LivePool ? await RunPoolAsync(plan, number)
                : await RunLifeAsync(plan, number);
            if (!result.WasMissed || !result.IsFine || attempt == Attempts)
            {
                break;
            }

            // This life was shorter than others; an earlier moment of the next one will do.
            plan = plan with { Moment = Moment.InLife, Fraction = plan.Fraction / 2 };
        }

        if (result.Left.Count > 0)
        {
            // What it has left must not be taken for the next one's.
            _waiting?.Dispose();
            _waiting = null;
            _spoilt.Add(_directory);
            _directory = Directory.CreateTempSubdirectory("mfx-").FullName;

            // The first life in a directory finds out about the host, which a life that is to be disturbed must not.
            _lives = null;
        }

        return result;
    }

    public void Dispose()
    {
        _waiting?.Dispose();
        _cache?.Dispose();
        foreach (var directory in _spoilt.Append(_directory))
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private async Task<RoundResult> RunLifeAsync(RoundPlan plan, int number)
    {
        _lives ??= await Lives.MeasureAsync(_directory, null, OwnerProgram.Live);
        using var owner = _waiting ?? new OwnerProcess(_directory);

        // Started ahead of time, so that the next round need not wait for the runtime to load.
        _waiting = new OwnerProcess(_directory);
        return await new ChaosRound(plan, number, _directory, null, _lives) { Halt = halt }.RunAsync(owner);
    }

    private async Task<RoundResult> RunPoolAsync(RoundPlan plan, int number)
    {
        if (_cache is null)
        {
            // With its image, so that there is nothing in it but what is made of templates.
            _cache = new ImageCache();
            _ = await Lives.MeasureAsync(_directory, _cache.Path, OwnerProgram.MakeImage);
        }

        _lives ??= await Lives.MeasureAsync(_directory, _cache.Path, OwnerProgram.LivePool);
        using var owner = new OwnerProcess(_directory, _cache.Path);
        var result = await new ChaosRound(plan, number, _directory, _cache.Path, _lives) { Halt = halt, Order = OwnerProgram.LivePool }.RunAsync(owner);

        // Nobody's work is in there any more, and the next to come by sees to the locks as well.
        ChaosRound.EvictTemplates(_cache.Path);
        var left = Directory.EnumerateFileSystemEntries(Path.Combine(_cache.Path, TemplateShelf.Kind)).Select(path => $"after an eviction: {path}");
        return result with { Left = [.. result.Left, .. left] };
    }

    private async Task<RoundResult> RunImageAsync(RoundPlan plan, int number)
    {
        if (_imageLives is null)
        {
            using var first = new ImageCache();
            _imageLives = await Lives.MeasureAsync(_directory, first.Path, OwnerProgram.MakeImage);
        }

        using var cache = new ImageCache();
        using var owner = new OwnerProcess(_directory, cache.Path);
        var result = await new ChaosRound(plan, number, _directory, cache.Path, _imageLives).RunAsync(owner);
        if (!result.IsFine || !plan.ByNextStart)
        {
            return result;
        }

        // What was whole at the kill is used, and the rest made anew.
        using var next = new OwnerProcess(_directory, cache.Path);
        next.Tell(OwnerProgram.MakeImage);
        await next.Done.WaitAsync(ChaosRound.LifeLimit);
        return next.Failure is { } failure ? result with { Trouble = $"the next start failed: {failure}" } : result;
    }
}
