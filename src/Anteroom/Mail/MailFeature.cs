using Microsoft.Extensions.Options;

namespace Anteroom.Mail;

/// <summary>The outbox and its delivery.</summary>
public static class MailFeature
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
        services.AddSingleton<OutboxClaims>();
        services.AddSingleton<SentMail>();
        services.AddSingleton<PickupTransport>();
        services.AddSingleton<SmtpTransport>();
        services.AddSingleton<IMailTransport>(provider =>
            provider.GetRequiredService<IOptions<MailOptions>>().Value.HasServer
                ? provider.GetRequiredService<SmtpTransport>()
                : provider.GetRequiredService<PickupTransport>()
        );
        services.AddSingleton<DeliverMail>();
        if (deliver)
            services.AddHostedService(provider => provider.GetRequiredService<DeliverMail>());
        return services;
    }
}
