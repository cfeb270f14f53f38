using OpenFaaS.Build.BuildKit.Connections;

namespace OpenFaaS.Build.Tests.BuildKit.Connections;

[TestClass]
public sealed class EarlyConnectionTests(TestContext context)
{
    [TestMethod]
    public async Task Connect_First_IsTheOneThatWasOpenedAtOnce()
    {
        var way = new Way();
        await using var early = new EarlyConnection(way, context.CancellationToken);
        await early.Opened;
        Assert.HasCount(1, way.Opened);

        var first = await early.ConnectAsync(context.CancellationToken);
        var second = await early.ConnectAsync(context.CancellationToken);

        Assert.AreSame(way.Opened[0], first);
        Assert.AreSame(way.Opened[1], second);
        Assert.HasCount(2, way.Opened);
    }

    [TestMethod]
    public async Task Dispose_NotTaken_ClosesIt()
    {
        var way = new Way();
        var early = new EarlyConnection(way, context.CancellationToken);

        await early.DisposeAsync();

        Assert.IsFalse(way.Opened.Single().CanRead);
    }

    [TestMethod]
    public async Task Dispose_Taken_LeavesItToWhoHasTakenIt()
    {
        var way = new Way();
        var early = new EarlyConnection(way, context.CancellationToken);
        var stream = await early.ConnectAsync(context.CancellationToken);

        await early.DisposeAsync();

        Assert.IsTrue(stream.CanRead);
    }

    [TestMethod]
    public async Task Connect_AfterTheEnd_OpensNone()
    {
        var way = new Way();
        var early = new EarlyConnection(way, context.CancellationToken);
        await early.DisposeAsync();

        await Assert.ThrowsExactlyAsync<ObjectDisposedException>(() => early.ConnectAsync(context.CancellationToken).AsTask());

        Assert.HasCount(1, way.Opened);
    }

    [TestMethod]
    public async Task Dispose_Failed_DoesNotThrow()
    {
        var early = new EarlyConnection(new Way { IsDown = true }, context.CancellationToken);
        await Assert.ThrowsExactlyAsync<IOException>(() => early.Opened);

        await early.DisposeAsync();
    }

    private sealed class Way : IBuildKitTransport
    {
        public List<MemoryStream> Opened { get; } = [];

        public bool IsDown { get; init; }

        public string Address => "unix:///stand-in.sock";

        public ValueTask<Stream> ConnectAsync(CancellationToken cancellationToken)
        {
            if (IsDown)
            {
                throw new IOException("down");
            }

            Opened.Add(new MemoryStream());
            return ValueTask.FromResult<Stream>(Opened[^1]);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
