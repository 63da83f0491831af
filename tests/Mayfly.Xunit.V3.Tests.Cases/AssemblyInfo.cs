using Mayfly.Xunit.V3.Tests.Cases;

[assembly: AssemblyFixture(typeof(AssemblyFixture))]
