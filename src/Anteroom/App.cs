using System.Globalization;
using Anteroom.Accounts;
using Anteroom.Admin;
using Anteroom.Api;
using Anteroom.Audit;
using Anteroom.Bulk;
using Anteroom.Data;
using Anteroom.Firm;
using Anteroom.Host;
using Anteroom.Http;
using Anteroom.Leads;
using Anteroom.Mail;
using Anteroom.Notices;
using Anteroom.Outreach;
using Anteroom.Reports;
using Anteroom.Resumes;
using Anteroom.Schedule;
using Anteroom.Telemetry;
using Anteroom.Web;
using Anteroom.Web.Live;
using Anteroom.Work;

namespace Anteroom;

/// <summary>The composition root: everything that Anteroom is made of, a line each.</summary>
internal static class App
{
    /// <summary>Puts the product together on a database that is there.</summary>
    /// <param name="installation">What it runs on.</param>
    /// <param name="adjust">Replaces services, as the clock in tests.</param>
    public static WebApplication Build(Installation installation, Action<IServiceCollection>? adjust = null)
    {
        // Emails written in the background do not depend on the machine's own language.
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.DefaultThreadCurrentUICulture = Language.En.Culture();
        var builder = installation.CreateBuilder();

        builder.AddTelemetry(installation.Role);
        builder.Services.AddDatabase(
            installation.ConnectionString,
            isPrivate: installation.IsEmbedded,
            installation.DoesBackgroundWork
        );
        builder.Services.AddSettings();
        builder.Services.AddAudit(seals: installation.DoesBackgroundWork);
        builder.Services.AddHttpProtection();
        builder.Services.AddAccounts();
        builder.Services.AddResumes(worksHere: installation.DoesBackgroundWork);
        builder.Services.AddMail(deliver: installation.DoesBackgroundWork);
        builder.Services.AddNotices();
        builder.Services.AddLeads();
        builder.Services.AddLive(serve: installation.ServesPages);
        builder.Services.AddOutreach();
        builder.Services.AddBulk();
        builder.Services.AddWork(doesIt: installation.DoesBackgroundWork);
        builder.Services.AddReports();
        builder.Services.AddAdmin(tellAlarms: installation.DoesBackgroundWork, role: installation.Role);
        builder.Services.AddSchedule(JobList.All, run: installation.DoesBackgroundWork);
        builder.Services.AddApi();
        builder.Services.AddWeb();
        adjust?.Invoke(builder.Services);

        var app = builder.Build();

        app.UseDraining();
        app.UseAllowedHosts();
        app.UseMetricsPage();
        if (installation.ServesPages)
        {
            app.UseWeb();
            app.UseAllowedOrigins();
            app.UseApiPages();
        }

        app.UseAuthentication();
        app.UseAuthorization();
        if (installation.ServesPages)
            app.UseReadersCulture();

        app.MapAdmin();
        if (installation.ServesPages)
        {
            app.MapApi();
            app.MapLive();
            app.MapWeb();
        }
        else
            // Without it, the policy for unmarked endpoints would send people to a sign-in page that is not here.
            app.Map("{**path}", () => Results.NotFound()).AllowAnonymous();

        return app;
    }
}
