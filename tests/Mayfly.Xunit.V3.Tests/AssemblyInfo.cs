// Tests run tests of their own, with machines that are emulated on few cores.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
