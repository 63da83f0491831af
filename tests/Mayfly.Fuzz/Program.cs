using Mayfly.Fuzz;

return FuzzRun.Start(args);
