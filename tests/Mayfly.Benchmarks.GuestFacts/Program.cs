using System.Globalization;
using Mayfly.Benchmarks.GuestFacts;

Session.Run(args[0], int.Parse(args[1], CultureInfo.InvariantCulture));
