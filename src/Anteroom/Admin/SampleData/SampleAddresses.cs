using Anteroom.Mail;

namespace Anteroom.Admin;

/// <summary>Nobody is written to at an address of the sample data.</summary>
internal sealed class SampleAddresses : IDeliveryRule
{
    public Task<string?> WhyNotAsync(Message message, CancellationToken cancellation) =>
        Task.FromResult(
            message.ToAddress.EndsWith(SampleData.Domain, StringComparison.OrdinalIgnoreCase)
                ? "This is sample data: nobody is written to."
                : null
        );
}
