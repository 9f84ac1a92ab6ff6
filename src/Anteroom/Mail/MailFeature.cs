using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Anteroom.Mail;

/// <summary>The outbox, its delivery, and its first channel.</summary>
internal static class MailFeature
{
    /// <summary>Adds the outbox; and, when this process does background work, its delivery.</summary>
    public static IServiceCollection AddMail(this IServiceCollection services, bool deliver)
    {
        services.AddOptions<MailOptions>().BindConfiguration("Mail").ValidateOnStart();
        services.AddSingleton<IValidateOptions<MailOptions>, MailOptionsCheck>();
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
        services.AddSingleton<IMailTransport>(provider =>
            provider.GetRequiredService<IOptions<MailOptions>>().Value.HasServer
                ? provider.GetRequiredService<SmtpTransport>()
                : provider.GetRequiredService<PickupTransport>()
        );
        services.AddSingleton<MailHealth>();
        services.AddHealthChecks().AddCheck<MailHealth>("mail", HealthStatus.Degraded);
        services.AddSingleton<DeliverOutbox>();
        if (deliver)
            services.AddHostedService(provider => provider.GetRequiredService<DeliverOutbox>());
        return services;
    }
}
