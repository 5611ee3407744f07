namespace Stateside.Engine.Store.Data;

/// <summary>
/// Revisions of machines as executions need them: they outlive the machine, whose catalog forgets it when it is deleted.
/// </summary>
internal static class RevisionRecords
{
    public static byte[] Write(StateMachine machine)
    {
        var writer = new RecordWriter();
        writer.Text(machine.Arn);
        writer.Text(machine.Name);
        writer.Text(machine.RevisionId);
        writer.Flag(machine.Type == StateMachineType.Express);
        writer.Text(machine.RoleArn);
        writer.Text(machine.DefinitionText);
        writer.Time(machine.CreationDate);
        writer.Time(machine.UpdateDate);
        return writer.Take();
    }

    public static StateMachine Read(byte[] record)
    {
        var reader = new RecordReader(record);
        var (arn, name, revision) = (reader.Text()!, reader.Text()!, reader.Text()!);
        var type = reader.Flag() ? StateMachineType.Express : StateMachineType.Standard;
        var role = reader.Text()!;
        var text = reader.Text()!;
        return new StateMachine
        {
            Arn = arn,
            Name = name,
            RevisionId = revision,
            Type = type,
            RoleArn = role,
            DefinitionText = text,
            Definition = type.ParseAccepted(text).Definition ?? throw new DataDamagedException($"the definition of {arn} cannot be read"),
            CreationDate = reader.Time() ?? default,
            UpdateDate = reader.Time() ?? default,
        };
    }
}
