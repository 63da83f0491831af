using Xunit.Sdk;

namespace Mayfly.Xunit.Worker;

/// <summary>What a test has attached to its result: files among those that come back.</summary>
internal static class WorkerAttachments
{
    /// <summary>The folder of the files in <see cref="GuestMachine.ArtifactsFolder"/>.</summary>
    public const string Folder = "attachments";

    /// <summary>Writes the files, each with its attachment's name, where characters that no file name has are percent-encoded.</summary>
    /// <returns>What could not be written, and why; empty for nothing.</returns>
    public static string Keep(IReadOnlyDictionary<string, TestAttachment> attachments)
    {
        var trouble = "";
        foreach (var (name, attachment) in attachments)
        {
            try
            {
                var folder = Directory.CreateDirectory(Path.Combine(GuestMachine.ArtifactsFolder, Folder));
                var path = Path.Combine(folder.FullName, Uri.EscapeDataString(name));
                if (attachment.AttachmentType == TestAttachmentType.String)
                {
                    File.WriteAllText(path, attachment.AsString());
                }
                else
                {
                    File.WriteAllBytes(path, attachment.AsByteArray().ByteArray);
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                trouble += $"mayfly: the attachment '{name}' could not be kept: {exception.Message}\n";
            }
        }

        return trouble;
    }
}
