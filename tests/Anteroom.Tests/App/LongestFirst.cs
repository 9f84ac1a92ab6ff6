using Xunit.Sdk;
using Xunit.v3;

namespace Anteroom.Tests.App;

/// <summary>Begins with the classes that start processes and take minutes, so that none of them is waited for alone at the end.</summary>
internal sealed class LongestFirst : ITestCollectionOrderer
{
    private const string Processes = "Anteroom.Tests.Operations.";

    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(
        IReadOnlyCollection<TTestCollection> testCollections
    )
        where TTestCollection : ITestCollection =>
        [
            .. testCollections
                .OrderBy(each => !each.TestCollectionDisplayName.Contains(Processes, StringComparison.Ordinal))
                .ThenBy(each => each.UniqueID, StringComparer.Ordinal),
        ];
}
