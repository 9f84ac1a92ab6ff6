using Anteroom.Firm;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Anteroom.Mail;

/// <summary>The outbox, its delivery, and its first channel.</summary>
internal static class MailFeature
{
    /// <summary>Adds the outbox; and, when this process does background work, its delivery.</summary>
    public static IServiceCollection AddMail(this IServiceCollection services, bool deliver)
    {
        services.AddSection<MailOptions, MailOptionsCheck>("Mail");
        services.AddSingleton<OwnTemplates>();
        services.AddHostedService(provider => provider.GetRequiredService<OwnTemplates>());
        services.AddSingleton<MailTemplates>();
        services.AddSingleton<EmailWriter>();
        services.AddSingleton<UnsubscribeLinks>();
        services.AddSingleton<OptOuts>();
        services.AddSingleton(OutboxClaims.Table);
        services.AddSingleton<OutboxClaims>();
        services.AddSingleton<OutboxResults>();
        services.AddSingleton<IDeliveryRule, RespectOptOuts>();
        services.AddSingleton<IChannel, EmailChannel>();
        services.AddSingleton<PickupTransport>();
        services.AddSingleton<SmtpTransport>();
        services.AddSingleton<IMailTransport, PresentTransport>();
        services.AddSingleton<TryMailServer>();
        services.AddSingleton<MailHealth>();
        services.AddHealthChecks().AddCheck<MailHealth>("mail", HealthStatus.Degraded);
        services.AddSingleton<DeliverOutbox>();
        if (deliver)
            services
                .AddHostedService(provider => provider.GetRequiredService<DeliverOutbox>())
                .AddHostedService<WakeMail>();
        return services;
    }
}
