// Each test runs tests of its own, some of them with machines that are emulated on few cores.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
