using Anteroom.Mail;
using Anteroom.Work;

namespace Anteroom.Leads;

/// <summary>Leads and what can be done with them.</summary>
internal static class LeadsFeature
{
    /// <summary>Adds the use cases and queries.</summary>
    public static IServiceCollection AddLeads(this IServiceCollection services)
    {
        services.AddSingleton<TakeSubmission>();
        services.AddSingleton<AnnounceLead>();
        services.AddSingleton<SubmitLead>();
        services.AddSingleton<OpenSubmission>();
        services.AddSingleton<CommitLeads>();
        services.AddSingleton<LeadBatch>();
        services.AddSingleton<LeadEmails>();
        services.AddSingleton<SubmissionReader>();
        services.AddScoped<ChangeLeads>();
        services.AddSingleton<LeadWriter>();
        services.AddSingleton<Assignments>();
        services.AddSingleton<MoveOnLeads>();
        services.AddSingleton<IWork, AssignLeads>();
        services.AddSingleton<IWork, TellOfFailedMail>();
        services.AddSingleton<ImportBatch>();
        services.AddSingleton<WriteImported>();
        services.AddScoped<TakeSheet>();
        services.AddScoped<ConductImport>();
        services.AddScoped<ImportQueries>();
        services.AddScoped<KeepPresets>();
        services.AddSingleton<CheckRows>();
        services.AddSingleton<WriteRows>();
        services.AddSingleton<RevertRows>();
        services.AddSingleton<StepImport>();
        services.AddSingleton<IWork>(provider => provider.GetRequiredService<StepImport>());
        services.AddScoped<AddNote>();
        services.AddScoped<EditLead>();
        services.AddScoped<MergeLeads>();
        services.AddScoped<Tags>();
        services.AddScoped<ChangeTasks>();
        services.AddScoped<SetDueDate>();
        services.AddScoped<TaskList>();
        services.AddScoped<RemindOfTasks>();
        services.AddSingleton<OverdueTasks>();
        services.AddSingleton<ReadNobodyAvailable>();
        services.AddSingleton<LeadPresence>();
        services.AddScoped<LeadsInSight>();
        services.AddScoped<LeadSearch>();
        services.AddSingleton<SearchHits>();
        services.AddScoped<LeadQueries>();
        services.AddSingleton<LeadByKey>();
        services.AddSingleton<EraseLeads>();
        services.AddSingleton<EraseOldLeads>();
        services.AddSingleton<HoldLead>();
        services.AddScoped<ReadListContext>();
        services.AddScoped<KeepViews>();
        services.AddScoped<ExportLeads>();
        services.AddScoped<ChangeFeed>();
        services.AddSingleton<ChangeLog>();
        services.AddHostedService(provider => provider.GetRequiredService<ChangeLog>());
        services.AddScoped<TrashLeads>();
        services.AddScoped<UndoChange>();
        services.AddSingleton<EmptyTrash>();
        services.AddScoped<Attorneys>();
        services.AddScoped<ReleaseResume>();
        services.AddSingleton<RecordLook>();
        services.AddScoped<AddFile>();
        services.AddScoped<ChangeFiles>();
        services.AddScoped<ReadFiles>();
        services.AddScoped<EditSnippets>();
        services.AddScoped<Letters>();
        services.AddScoped<WriteToProspect>();
        services.AddScoped<DeclineByLetter>();
        services.AddScoped<EmailCopies>();
        services.AddScoped<SendAgain>();
        services.AddSingleton<ChangeOptOut>();
        services.AddSingleton<IDeliveryRule, FirstContact>();
        services.AddSingleton<IDeliveryRule, MessagesOfLeads>();
        return services;
    }
}
