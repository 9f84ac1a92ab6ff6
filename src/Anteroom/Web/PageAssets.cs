using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.StaticAssets.Infrastructure;

namespace Anteroom.Web;

/// <summary>
/// Tells pages the fingerprinted addresses of the static files. <c>MapRazorComponents</c> does this by itself; pages that
/// are returned by plain endpoints find the collection in their endpoint's metadata, where this class puts it.
/// </summary>
internal static class PageAssets
{
    /// <summary>
    /// Gives every page of <paramref name="group"/> the collection behind <c>@Assets["css/app.css"]</c>.
    /// Call it after <c>MapStaticAssets</c>.
    /// </summary>
    public static RouteGroupBuilder WithPageAssets(this RouteGroupBuilder group, IEndpointRouteBuilder app)
    {
        group.WithMetadata(Collect(app));
        return group;
    }

    private static ResourceAssetCollection Collect(IEndpointRouteBuilder app)
    {
        if (!StaticAssetsEndpointDataSourceHelper.HasStaticAssetsDataSource(app))
            return ResourceAssetCollection.Empty;

        var assets = new List<ResourceAsset>();
        foreach (
            var descriptor in StaticAssetsEndpointDataSourceHelper.ResolveStaticAssetDescriptors(
                app,
                manifestPath: null
            )
        )
        {
            // A selector marks the compressed twin of a file; it has the same address.
            if (descriptor.Selectors.Count > 0)
                continue;

            var label = descriptor.Properties.FirstOrDefault(property => property.Name is "label")?.Value;
            if (label is not null)
                assets.Add(new ResourceAsset(descriptor.Route, [new ResourceAssetProperty("label", label)]));
        }

        return new ResourceAssetCollection(assets);
    }
}
