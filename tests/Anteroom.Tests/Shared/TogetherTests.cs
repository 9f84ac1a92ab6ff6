using System.Collections.Concurrent;

namespace Anteroom.Tests.Shared;

/// <summary>What arrives while a batch runs is the next batch.</summary>
public sealed class TogetherTests
{
    private readonly ConcurrentQueue<int[]> _batches = new();
    private readonly TaskCompletionSource _door = new();

    private Together<int, int> Doubling(int most = 100, Func<Exception, bool>? concernsAll = null) =>
        new(most, DoubleAsync, concernsAll ?? (_ => false));

    // Negative numbers are refused; every batch waits for the door.
    private async Task<IReadOnlyList<int>> DoubleAsync(IReadOnlyList<int> numbers)
    {
        _batches.Enqueue([.. numbers]);
        await _door.Task;
        return numbers.Any(number => number < 0)
            ? throw new InvalidOperationException("negative")
            : [.. numbers.Select(number => number * 2)];
    }

    private async Task BegunAsync(int batches)
    {
        for (var i = 0; _batches.Count < batches && i < 1_000; i++)
            await Task.Delay(5);
        Assert.Equal(batches, _batches.Count);
    }

    [Fact]
    public async Task The_first_begins_at_once_and_the_next_go_together()
    {
        var together = Doubling();
        var first = together.RunAsync(1);
        await BegunAsync(batches: 1);
        Task<int>[] next = [together.RunAsync(2), together.RunAsync(3), together.RunAsync(4)];
        _door.SetResult();

        Assert.Equal(2, await first);
        var results = await Task.WhenAll(next);
        Assert.Equal([4, 6, 8], results);
        Assert.Equal(
            [
                [1],
                [2, 3, 4],
            ],
            _batches
        );
    }

    [Fact]
    public async Task A_batch_has_no_more_than_it_may()
    {
        var together = Doubling(most: 2);
        var first = together.RunAsync(1);
        await BegunAsync(batches: 1);
        var next = Enumerable.Range(2, 5).Select(together.RunAsync).ToArray();
        _door.SetResult();
        await Task.WhenAll([first, .. next]);

        Assert.Equal(
            [
                [1],
                [2, 3],
                [4, 5],
                [6],
            ],
            _batches
        );
    }

    [Fact]
    public async Task One_that_is_to_blame_fails_alone()
    {
        var together = Doubling();
        var first = together.RunAsync(1);
        await BegunAsync(batches: 1);
        Task<int>[] next = [together.RunAsync(2), together.RunAsync(-3), together.RunAsync(4)];
        _door.SetResult();

        Assert.Equal(4, await next[0]);
        await Assert.ThrowsAsync<InvalidOperationException>(() => next[1]);
        Assert.Equal(8, await next[2]);
        Assert.Equal(2, await first);
        Assert.Equal(
            [
                [1],
                [2, -3, 4],
                [2],
                [-3],
                [4],
            ],
            _batches
        );
    }

    [Fact]
    public async Task An_error_that_says_nothing_about_one_of_them_is_everybodys()
    {
        var together = Doubling(concernsAll: _ => true);
        var first = together.RunAsync(1);
        await BegunAsync(batches: 1);
        Task<int>[] next = [together.RunAsync(2), together.RunAsync(-3)];
        _door.SetResult();

        Assert.Equal(2, await first);
        foreach (var one in next)
            await Assert.ThrowsAsync<InvalidOperationException>(() => one);
        Assert.Equal(
            [
                [1],
                [2, -3],
            ],
            _batches
        );
    }

    [Fact]
    public async Task After_everything_is_done_the_next_begins_again()
    {
        _door.SetResult();
        var together = Doubling();

        for (var i = 0; i < 50; i++)
            Assert.Equal(i * 2, await together.RunAsync(i));

        Assert.Equal(50, _batches.Count);
    }

    [Fact]
    public async Task Nothing_of_the_request_that_came_first_is_known_in_the_batch()
    {
        var request = new AsyncLocal<string?> { Value = "the first" };
        string? seen = "nothing yet";
        var together = new Together<int, int>(
            10,
            numbers =>
            {
                seen = request.Value;
                return Task.FromResult(numbers);
            },
            _ => false
        );

        await together.RunAsync(1);

        Assert.Null(seen);
    }
}
