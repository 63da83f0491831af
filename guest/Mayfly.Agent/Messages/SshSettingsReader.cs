using System.Text.Json;
using Mayfly.Protocol;

namespace Mayfly.Agent.Messages;

/// <summary>Reads <see cref="SshSettings"/>.</summary>
internal static class SshSettingsReader
{
    /// <summary>The reader stands on the object's start.</summary>
    public static SshSettings Read(ref Utf8JsonReader reader)
    {
        var allAddresses = false;
        JsonText.ReadProperties(ref reader, (ref Utf8JsonReader reader, string name) =>
        {
            if (name == "allAddresses")
            {
                allAddresses = reader.GetBoolean();
            }
            else
            {
                reader.Skip();
            }
        });
        return new SshSettings { AllAddresses = allAddresses };
    }
}
