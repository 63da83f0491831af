namespace Mayfly.Xunit.Guests.Machines;

/// <summary>How a worker is started in a guest, and where it leaves what is to be known of it.</summary>
internal static class WorkerCommand
{
    /// <summary>The folder of the worker's own files in the guest.</summary>
    public const string Folder = "/run/mayfly-tests";

    /// <summary>Where the worker listens.</summary>
    public const string Socket = Folder + "/worker";

    /// <summary>Where tests leave what is to come back.</summary>
    public const string ArtifactsFolder = GuestMachine.ArtifactsFolder;

    private const string Announcement = Folder + "/announcement";
    private const string Log = Folder + "/log";
    private const string ExitCode = Folder + "/exit-code";

    /// <summary>
    /// Starts the worker in the background, and ends when it listens or has ended. The shell that stays behind it knows its exit code.
    /// </summary>
    public const string Start =
        $$"""
        set -e
        cd "$MAYFLY_TESTS_FOLDER"
        mkfifo {{Announcement}}
        (
          set +e
          trap '' HUP
          /usr/bin/dotnet exec --runtimeconfig "$MAYFLY_TESTS_CONFIG" --depsfile "$MAYFLY_TESTS_DEPENDENCIES" "$MAYFLY_TESTS_WORKER" {{Socket}} {{Announcement}} "$MAYFLY_TESTS_ASSEMBLY"
          code=$?
          echo $code > {{ExitCode}}
          echo "ended with exit code $code" > {{Announcement}}
        ) < /dev/null > {{Log}} 2>&1 &
        read -r word < {{Announcement}}
        rm {{Announcement}}
        if [ "$word" != listening ]; then
          echo "$word"
          cat {{Log}}
          exit 1
        fi
        """;

    /// <summary>Makes the worker's folders, which may be another user's.</summary>
    public const string Prepare =
        $"""
        set -e
        mkdir -p {Folder} {ArtifactsFolder}
        chown "$MAYFLY_TESTS_USER" {Folder} {ArtifactsFolder}
        chmod 755 {Folder} {ArtifactsFolder}
        """;

    /// <summary>
    /// Prints a worker's exit code, which may be about to come, on a line of its own, and the beginning and the end of its log: a
    /// runtime that gives up says why, and then where at length.
    /// </summary>
    public const string Explain =
        $$"""
        for turn in 1 2 3 4 5 6 7 8 9 10; do
          [ -s {{ExitCode}} ] && break
          sleep 0.1
        done
        cat {{ExitCode}} 2> /dev/null || echo
        if [ "$(wc -c < {{Log}})" -le 16384 ]; then
          cat {{Log}}
        else
          head -c 8192 {{Log}}
          echo ...
          tail -c 8192 {{Log}}
        fi
        """;

    /// <summary>Ends with exit code 0 where a test has left something to come back.</summary>
    public const string HasArtifacts = $"[ -n \"$(ls -A {ArtifactsFolder} 2> /dev/null)\" ]";
}
