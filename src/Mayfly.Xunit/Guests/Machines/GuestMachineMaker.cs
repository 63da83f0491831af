using System.Reflection;
using Mayfly.Diagnostics;
using Mayfly.Xunit.Guests.Protocol;
using Mayfly.Xunit.Guests.Worker;

namespace Mayfly.Xunit.Guests.Machines;

/// <summary>Makes machines with a worker in them.</summary>
/// <param name="settings">What the machines are.</param>
/// <param name="exercises">Serialized test cases that do nothing, the simplest first.</param>
internal sealed class GuestMachineMaker(GuestTestSettings settings, IReadOnlyList<string> exercises)
{
    /// <summary>How often each exercise is run before a machine is frozen: what is done a second time goes other ways than the first.</summary>
    private const int Rounds = 2;

    private static readonly TimeSpan _startLimit = TimeSpan.FromMinutes(2);

    // What a test may depend on and what is no secret.
    private static readonly string[] _passedVariables = ["LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE", "LC_NUMERIC", "LC_TIME", "LC_COLLATE", "LC_MONETARY", "LC_MESSAGES", "TZ", "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"];

    /// <summary>What the machines are.</summary>
    public GuestTestSettings Settings => settings;

    /// <summary>What tests get copies of; null where the options make copies impossible.</summary>
    /// <exception cref="MayflyException">It could not be made.</exception>
    public async Task<SandboxTemplate?> MakeTemplateAsync(IProgress<SandboxProgress> progress, CancellationToken cancellationToken)
    {
        if (settings.Options.Cold)
        {
            return null;
        }

        // Copies go on telling what their template told, to a test that is long over.
        var making = new ProgressUntilMade(progress);
        try
        {
            var environment = string.Join('\n', Environment().Select(variable => $"{variable.Key}={variable.Value}"));
            return await SandboxTemplate.CreateAsync(
                Options(making), PrepareAsync, $"guest tests 1\n{settings.Assembly}\n{settings.User}\n{environment}\n{WorkerCommand.Start}", cancellationToken).ConfigureAwait(false);
        }
        catch (MayflyException exception) when (exception.Code is ErrorCode.TemplateUnsupported)
        {
            progress.Report(new SandboxProgress($"each test's machine is booted: {exception.Message}"));
            return null;
        }
        finally
        {
            making.End();
        }
    }

    /// <summary>A machine that is booted and prepared for one test.</summary>
    public async Task<Sandbox> BootAsync(IProgress<SandboxProgress> progress, CancellationToken cancellationToken)
    {
        var sandbox = await Sandbox.StartAsync(Options(progress), cancellationToken).ConfigureAwait(false);
        try
        {
            await StartWorkerAsync(sandbox, cancellationToken).ConfigureAwait(false);
            return sandbox;
        }
        catch
        {
            await sandbox.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Runs a test that does nothing in a copy, so that the code for tests is translated.</summary>
    public Task ExerciseAsync(GuestSeat seat, CancellationToken cancellationToken) => ExerciseAsync(seat.Worker, exercises[0], cancellationToken);

    private SandboxOptions Options(IProgress<SandboxProgress> progress)
    {
        var folder = Path.GetDirectoryName(settings.Assembly)!;
        return settings.Options with
        {
            Progress = progress,
            Layers =
            [
                SandboxLayer.FromFolder(folder, folder) with { Writable = settings.Options.Memory },
                .. settings.Options.Layers,
                SandboxLayer.FromDotnet(settings.Assembly),
            ],
        };
    }

    private async Task PrepareAsync(Sandbox sandbox, CancellationToken cancellationToken)
    {
        await StartWorkerAsync(sandbox, cancellationToken).ConfigureAwait(false);
        await ExerciseAsync(sandbox, settle: true, cancellationToken).ConfigureAwait(false);

        // Once more: the collection of garbage has thrown away what the runtime remembers of methods.
        await ExerciseAsync(sandbox, settle: false, cancellationToken).ConfigureAwait(false);
    }

    private async Task StartWorkerAsync(Sandbox sandbox, CancellationToken cancellationToken)
    {
        var environment = Environment();
        (await sandbox.ShellAsync(WorkerCommand.Prepare, new ExecOptions { Environment = environment }, cancellationToken).ConfigureAwait(false)).EnsureSuccess();
        var start = await sandbox.ShellAsync(
            WorkerCommand.Start,
            new ExecOptions { Environment = environment, User = settings.User, Timeout = _startLimit },
            cancellationToken).ConfigureAwait(false);
        if (start.ExitCode != 0)
        {
            throw new MayflyException(
                ErrorCode.GuestWorkerFailed,
                $"the tests of {Path.GetFileName(settings.Assembly)} can't run in a guest: their worker did not start ({start.End}). {GuestText.NeutraliseLines(start.StandardOutput + start.StandardError)}");
        }
    }

    /// <summary>Runs tests that do nothing in a machine to be copied.</summary>
    private async Task ExerciseAsync(Sandbox sandbox, bool settle, CancellationToken cancellationToken)
    {
        var worker = await WorkerConnection.OpenAsync(sandbox, coverage: null, cancellationToken).ConfigureAwait(false);
        await using (worker.ConfigureAwait(false))
        {
            foreach (var each in Enumerable.Repeat(exercises, Rounds).SelectMany(all => all))
            {
                await ExerciseAsync(worker, each, cancellationToken).ConfigureAwait(false);
            }

            if (settle)
            {
                await worker.RunAsync(new WorkerRun(WorkerRunKind.Settle), _ => { }, cancellationToken).ConfigureAwait(false);
            }

            await worker.CloseAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task ExerciseAsync(WorkerConnection worker, string exercise, CancellationToken cancellationToken)
    {
        var result = await worker.RunAsync(new WorkerRun(WorkerRunKind.LastTest, exercise), _ => { }, cancellationToken).ConfigureAwait(false);
        if (result?.Outcome != GuestTestOutcome.Passed)
        {
            throw new MayflyException(
                ErrorCode.GuestWorkerFailed, $"the tests of {Path.GetFileName(settings.Assembly)} can't run in a guest: a test that does nothing ended with {result?.Outcome}: {result?.Failure}");
        }
    }

    private Dictionary<string, string> Environment()
    {
        var folder = Path.GetDirectoryName(settings.Assembly)!;
        var name = Path.Combine(folder, Path.GetFileNameWithoutExtension(settings.Assembly));
        var variables = new Dictionary<string, string>
        {
            ["MAYFLY_TESTS_USER"] = settings.User,
            ["MAYFLY_TESTS_FOLDER"] = folder,
            ["MAYFLY_TESTS_ASSEMBLY"] = settings.Assembly,
            ["MAYFLY_TESTS_CONFIG"] = name + ".runtimeconfig.json",
            ["MAYFLY_TESTS_DEPENDENCIES"] = name + ".deps.json",
            ["MAYFLY_TESTS_WORKER"] = Path.Combine(folder, Assembly.GetExecutingAssembly().GetName().Name + ".dll"),
            ["MAYFLY_GUEST"] = "1",
            [WorkerCoverage.Variable] = string.Join(';', InstrumentedAssemblies.NamesIn(folder)),

            // What is compiled again in the background takes the time of the test, in every machine anew: it is for what runs
            // 0x400 times, and not already 30 times. Pages that are written and run by turns are for those whose process lives on.
            ["DOTNET_TieredPGO"] = "0",
            ["DOTNET_TC_CallCountThreshold"] = "400",
            ["DOTNET_EnableWriteXorExecute"] = "0",
            ["DOTNET_EnableDiagnostics"] = "0",
        };
        foreach (var variable in _passedVariables)
        {
            if (System.Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value)
            {
                variables[variable] = value;
            }
        }

        return variables;
    }
}
