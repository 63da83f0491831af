using Mayfly.Chaos;

return args is [OwnerProgram.Role] ? await OwnerProgram.RunAsync() : await ChaosCommand.RunAsync(args);
