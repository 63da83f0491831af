using Mayfly.Agent.Native;
using Mayfly.Agent.Session;
using Mayfly.Protocol;

namespace Mayfly.Agent.Transfer;

/// <summary>The thread a transfer runs on, because disks make it wait; ends with the outcome.</summary>
internal static class TransferThread
{
    // Packing recurses with the depth of the tree.
    private const int StackBytes = 2 * 1024 * 1024;

    public static void Start(AgentEnd end, ChannelLink link, Func<TransferOutcome> transfer) =>
        end.StartThread("transfer", StackBytes, () => link.SendOutcome(Run(transfer)));

    private static Outcome Run(Func<TransferOutcome> transfer)
    {
        try
        {
            return transfer();
        }
        catch (TransferException exception)
        {
            return exception.Outcome;
        }
        catch (NativeException exception)
        {
            return new FailedOutcome(FailureCode.Other, exception.Message);
        }
#pragma warning disable CA1031 // One transfer has failed; commands and other transfers go on.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return new FailedOutcome(FailureCode.Other, $"the agent could not go on with it: {exception}");
        }
    }
}
